/** A call of the account. Times are ms since the epoch. */
export type CallStatus =
  | 'created'
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'forwarding'
  | 'ended'
  | 'busy'
  | 'no-answer'
  | 'failed';

export const OPEN_STATUSES: readonly CallStatus[] = [
  'created',
  'queued',
  'ringing',
  'in-progress',
  'forwarding',
];

export interface Contact {
  readonly id: number;
  /** The customer's own id of the person. */
  readonly f_id: string;
  readonly name: string;
  readonly phone_number: string;
  readonly status: string;
}

export interface Turn {
  /** The agent or the person. */
  readonly by: 'AI' | 'EU';
  readonly at: number;
  readonly text: string;
}

export interface SimulatedCall {
  readonly id: string;
  /** Absent: inbound, or started through the API; no list has it. */
  readonly campaignId: string | undefined;
  readonly type: 'inbound' | 'outbound';
  readonly status: CallStatus;
  readonly answeredBy: 'human' | 'machine' | 'unknown' | null;
  readonly from: string;
  readonly to: string;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Seconds. */
  readonly duration: number | undefined;
  readonly billedDuration: number | undefined;
  readonly agent: { readonly id: string; readonly nickname: string; readonly name: string };
  readonly contact: Contact;
  readonly extractedData: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly turns: readonly Turn[];
  readonly hasRecording: boolean;
}

/** A time as ms since the epoch, or as text that `Date.parse` understands. */
export type TimeInput = number | string;

/** What is not given is made up: an answered call of half a minute to the next person. */
export type CallInput = Partial<
  Omit<SimulatedCall, 'campaignId' | 'contact' | 'createdAt' | 'startedAt' | 'endedAt'>
> & {
  readonly contact?: Partial<Contact>;
  readonly createdAt?: TimeInput;
  readonly startedAt?: TimeInput;
  readonly endedAt?: TimeInput;
};

export function hasEnded({ status }: SimulatedCall): boolean {
  return !OPEN_STATUSES.includes(status);
}

export function timeOf(input: TimeInput): number {
  const ms = typeof input === 'number' ? input : Date.parse(input);
  if (Number.isNaN(ms)) throw new Error(`not a time: ${input}`);
  return ms;
}
