/** Why a recording cannot be answered: what the operator reads in the log, and what the listener is shown. */
import { OperatorError } from '../operator-error.ts';

/** The page that is shown, and the label in the metrics. */
export type FaultKind =
  | 'not_ready'
  | 'unauthorized'
  | 'rate_limited'
  | 'unavailable'
  | 'unusable'
  | 'busy'
  | 'broken';

export class RecordingFault extends OperatorError {
  override readonly name = 'RecordingFault';
  readonly kind: FaultKind;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: FaultKind,
    message: string,
    { retryAfterSeconds, ...options }: { code: string; retryAfterSeconds?: number; cause?: unknown },
  ) {
    super(message, options);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const DEFAULT_RETRY_SECONDS = 10;
const MAX_RETRY_SECONDS = 300;

/** Of an answer that is neither a recording nor a redirect. */
export function faultOfStatus(status: number, retryAfter: string | undefined): RecordingFault {
  switch (status) {
    case 400:
    case 404:
    case 410:
      return notReady(`Altur’s API answered ${status}`);
    case 401:
    case 403:
      return new RecordingFault(
        'unauthorized',
        `Altur’s API answered ${status}: ALTUR_API_KEY is not accepted; copy it again from Altur’s settings`,
        { code: 'ALTUR_UNAUTHORIZED' },
      );
    case 429:
      return new RecordingFault('rate_limited', 'Altur’s API answered 429: too many requests', {
        code: 'ALTUR_RATE_LIMITED',
        retryAfterSeconds: retrySeconds(retryAfter),
      });
    default:
      return status >= 500
        ? unavailable(`Altur’s API answered ${status}`)
        : unusable(`Altur’s API answered ${status}`);
  }
}

export function notReady(what: string): RecordingFault {
  return new RecordingFault('not_ready', `${what}: it has no recording of this call, or none yet`, {
    code: 'RECORDING_NOT_READY',
  });
}

export function unavailable(what: string, cause?: unknown): RecordingFault {
  return new RecordingFault('unavailable', `${what}: see whether Altur works, or try again later`, {
    code: 'ALTUR_UNAVAILABLE',
    cause,
  });
}

export function unusable(what: string): RecordingFault {
  return new RecordingFault('unusable', `${what}, which is no recording: check ALTUR_API_URL`, {
    code: 'RECORDING_UNUSABLE',
  });
}

export function broken(what: string, cause?: unknown): RecordingFault {
  return new RecordingFault('broken', `${what}; the listener’s player asks again for the rest`, {
    code: 'RECORDING_BROKEN',
    cause,
  });
}

function retrySeconds(retryAfter: string | undefined): number {
  const seconds = Number.parseInt(retryAfter ?? '', 10);
  return seconds > 0 ? Math.min(seconds, MAX_RETRY_SECONDS) : DEFAULT_RETRY_SECONDS;
}
