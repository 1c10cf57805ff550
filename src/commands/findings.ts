/** The findings of `doctor`, as its own checks make them. */
import type { Finding } from '../../connectors/connector.ts';

export const ok = (subject: string, message: string): Finding => ({ level: 'ok', subject, message });

export const warning = (subject: string, message: string, fix: string): Finding => ({
  level: 'warning',
  subject,
  message,
  fix,
});

export const error = (subject: string, message: string, fix: string): Finding => ({
  level: 'error',
  subject,
  message,
  fix,
});
