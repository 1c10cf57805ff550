/** Which processes of this service are alive: each says so every few seconds, and is forgotten when it stops. */

export interface RunningProcess {
  readonly id: string;
  readonly role: 'all' | 'ingress' | 'worker';
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** When it last accepted an event or wrote a batch; absent before the first. */
  readonly lastActivityAt?: number;
  /** Of a worker. */
  readonly crm?: {
    readonly connected: boolean;
    /** Why it is not. */
    readonly reason?: string;
    /** Of the CRM's daily requests. */
    readonly usage?: { readonly used: number; readonly limit: number };
  };
}

/** Does it take jobs? */
export function isWorker({ role }: RunningProcess): boolean {
  return role !== 'ingress';
}
