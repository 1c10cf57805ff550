/** The words of alerts in one language. */
import type { Alert, AlertCause } from './alert.ts';

export interface AlertMessages {
  readonly locale: string;
  readonly causes: Readonly<Record<AlertCause, (alert: AlertFacts) => AlertWords>>;
  over(title: string, duration: string, calls: number): string;
  missed(title: string, duration: string, calls: number): string;
  readonly more: string;
}

/** An alert, its facts as they are written. */
export type AlertFacts = Omit<Alert, 'until' | 'ageMs' | 'calls'> & {
  readonly calls: number;
  readonly crm: string;
  readonly reason: string;
  readonly until: string;
  readonly age: string;
  /** The record and the fields that are rejected: `person: email`. */
  readonly what: string;
};

export interface AlertWords {
  readonly title: string;
  readonly meaning: string;
  readonly fix: string;
}
