/** `doctor` for a CRM: findings, each with its fix. */
import { CrmError, type Finding } from '../connector.ts';
import type { CrmAdapter, LiveSchema } from './crm.ts';

/** The connector's findings; of a CRM that fails as a whole, that it does, and what to do. */
export async function check<Schema extends LiveSchema>(
  adapter: CrmAdapter<Schema>,
): Promise<readonly Finding[]> {
  try {
    return await adapter.check(await adapter.readSchema(adapter.transport));
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    const fix = adapter.fixes[error.kind];
    return [{ level: 'error', subject: adapter.title, message: error.message, fix }];
  }
}

export function ok(subject: string, message: string): Finding {
  return { level: 'ok', subject, message };
}

export function warning(subject: string, message: string, fix: string): Finding {
  return { level: 'warning', subject, message, fix };
}

export function problem(subject: string, message: string, fix: string): Finding {
  return { level: 'error', subject, message, fix };
}
