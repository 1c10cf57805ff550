/** The findings of `doctor`, as its own checks make them. */
import type { Finding } from '../../connectors/connector.ts';

export interface DoctorFinding extends Finding {
  /** What is to be done next when nothing is wrong but this. */
  readonly next?: string;
}

export const ok = (subject: string, message: string): DoctorFinding => ({ level: 'ok', subject, message });

/** `next`: see DoctorFinding. */
export const warning = (subject: string, message: string, fix: string, next?: string): DoctorFinding => ({
  level: 'warning',
  subject,
  message,
  fix,
  ...(next !== undefined && { next }),
});

export const error = (subject: string, message: string, fix: string): DoctorFinding => ({
  level: 'error',
  subject,
  message,
  fix,
});

/** A check that fails in a way that it does not expect is a finding too: the others are still of use. */
export async function findingsOf(
  subject: string,
  fix: string,
  check: () => Promise<readonly DoctorFinding[]>,
): Promise<readonly DoctorFinding[]> {
  try {
    return await check();
  } catch (cause) {
    return [error(subject, `could not be checked: ${(cause as Error).message}`, fix)];
  }
}
