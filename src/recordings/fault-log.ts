/** What goes wrong with recordings, for the operator: one line per kind, then counts. A link is never part of it. */
import { FoldedWarning } from '../folded-warning.ts';
import type { Log } from '../log.ts';
import type { FaultKind, RecordingFault } from './recording-fault.ts';

const HINTS: Readonly<Record<Exclude<FaultKind, 'not_ready'>, string>> = {
  unauthorized: 'copy ALTUR_API_KEY again from Altur’s settings, and restart',
  rate_limited: 'listeners are told to try again; see what else uses the key',
  unavailable: 'see whether Altur works and this machine reaches ALTUR_API_URL',
  unusable: 'check ALTUR_API_URL, and the proxy in between',
  busy: 'listeners are told to try again; start further ingresses if it lasts',
  broken: 'players ask again for the rest; see whether Altur works if it lasts',
};
/** Nothing works until somebody acts. */
const ERRORS: readonly FaultKind[] = ['unauthorized', 'unusable'];

export class FaultLog {
  readonly #log: Log;
  readonly #warnings = new Map<string, FoldedWarning>();
  readonly #invalidLinks: FoldedWarning;

  constructor(log: Log) {
    this.#log = log;
    this.#invalidLinks = new FoldedWarning(
      log,
      'recording not served: the link is not signed with a current secret',
      'if it comes from the CRM, RECORDING_LINK_SECRET was changed: add the earlier secret behind a comma, or run resync',
    );
  }

  /** Anybody can cause it, so nothing of the request is part of it. */
  invalidLink(): void {
    this.#invalidLinks.warn({ code: 'RECORDING_LINK_INVALID' });
  }

  failed(callId: string, fault: RecordingFault): void {
    const fields = {
      code: fault.code,
      callId,
      reason: fault.message,
      ...(fault.cause !== undefined && { error: fault.cause }),
    };
    // Common: calls that nobody answered have none.
    if (fault.kind === 'not_ready') this.#log.info('recording not served', fields);
    else this.#warningOf(fault.kind, fault.code).warn(fields);
  }

  #warningOf(kind: Exclude<FaultKind, 'not_ready'>, code: string): FoldedWarning {
    const known = this.#warnings.get(code);
    if (known) return known;
    const level = ERRORS.includes(kind) ? 'error' : 'warn';
    const message = kind === 'broken' ? 'recording broke off' : 'recording not served';
    const warning = new FoldedWarning({ warn: (...line) => this.#log[level](...line) }, message, HINTS[kind]);
    this.#warnings.set(code, warning);
    return warning;
  }
}
