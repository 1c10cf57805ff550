/**
 * Says every few seconds that this process is alive.
 *
 * States: created → beating → stopped.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { FoldedWarning } from '../folded-warning.ts';
import type { Log } from '../log.ts';
import type { RedisClient } from '../queue/redis.ts';
import { SCHEMA } from '../queue/schema-version.ts';
import { settlesWithin } from '../timeout.ts';
import {
  openRunningProcesses,
  type RunningProcess,
  type RunningProcesses,
  type ServiceRole,
} from './running-processes.ts';

/** Two beats may be missed before the process is forgotten. */
const EVERY_MS = 5_000;
/** A stop does not wait longer for a Redis that hangs. */
const STOP_MS = 500;

export interface HeartbeatOptions {
  readonly redis: RedisClient;
  readonly role: ServiceRole;
  readonly version: string;
  readonly recordingKeys?: RunningProcess['recordingKeys'];
  readonly log: Pick<Log, 'warn'>;
}

export class Heartbeat {
  readonly #processes: RunningProcesses;
  readonly #constant: RunningProcess;
  readonly #failed: FoldedWarning;
  #crm: () => RunningProcess['crm'] = () => undefined;
  #lastActivityAt: number | undefined;
  #onAnswer: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  constructor({ redis, role, version, recordingKeys, log }: HeartbeatOptions) {
    this.#processes = openRunningProcesses(redis);
    const id = randomUUID();
    this.#constant = {
      id,
      role,
      host: hostname(),
      pid: process.pid,
      version,
      schema: SCHEMA,
      startedAt: Date.now(),
      ...(recordingKeys && { recordingKeys }),
    };
    const hint = 'the dashboard and doctor may take it for stopped; calls are not affected';
    this.#failed = new FoldedWarning(log, 'cannot tell Redis that this process is alive', hint);
  }

  /** `crm`: its state, where this process is a worker. */
  start(crm: () => RunningProcess['crm'] = () => undefined): void {
    this.#crm = crm;
    this.#timer = setInterval(() => this.beat(), EVERY_MS).unref();
    this.beat();
  }

  /** `onAnswer`: Redis has taken a beat. */
  listen(onAnswer: () => void): void {
    this.#onAnswer = onAnswer;
  }

  /** An event was accepted, or a batch written. */
  markActive(): void {
    const isFirst = this.#lastActivityAt === undefined;
    this.#lastActivityAt = Date.now();
    // Else a process that has just begun to work is said to be idle.
    if (isFirst) this.beat();
  }

  /** Now, because something has changed. */
  beat(): void {
    if (this.#timer === undefined) return;
    const crm = this.#crm();
    const lastActivityAt = this.#lastActivityAt;
    const self = { ...this.#constant, ...(lastActivityAt && { lastActivityAt }), ...(crm && { crm }) };
    this.#processes.set(self).then(this.#onAnswer, (error) => this.#failed.warn({ error }));
  }

  /** Never rejects. */
  async stop(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    // A beat under way was sent before, on the same connection.
    const deleted = this.#processes.delete(this.#constant.id);
    await settlesWithin(deleted, STOP_MS).catch((error) => this.#failed.warn({ error }));
  }
}
