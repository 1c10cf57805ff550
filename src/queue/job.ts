/** A call event as a BullMQ job: its id, its deduplication, and how it is stored. */
import { createHash, hash, randomUUID } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { CallEvent } from '../altur/event.ts';
import { pack, unpack } from './event-codec.ts';

/** One delivery of a call event. */
export interface Delivery {
  readonly event: CallEvent;
  /** Digest of the content: a redelivery has the same, a changed event another. */
  readonly digest: string;
  /** When the ingress accepted it, ms since the epoch. Of two versions of a call the later one wins. */
  readonly receivedAt: number;
  /** The trace it belongs to, where traces are on. */
  readonly traceparent?: string;
  /** An operator wants it written again, although the ledger has it. */
  readonly rewrite?: true;
  /** A reconcile found that its webhook never came. */
  readonly reconciled?: true;
  /** When the CRM said that it has no such call, ms since the epoch. */
  readonly absentAt?: number;
}

/** As stored in Redis. Exactly one of `event`, `zstd` (base64; both up to schema 2) and `packed` (event-codec.ts) is there. */
export interface JobData {
  readonly digest: string;
  readonly receivedAt: number;
  readonly traceparent?: string;
  readonly rewrite?: true;
  readonly reconciled?: true;
  readonly absentAt?: number;
  readonly event?: CallEvent;
  readonly zstd?: string;
  readonly packed?: string;
}

/** `plain`: as processes up to schema 2 read it. `compact`: a third of it, which they do not know (schema-version.ts). */
export type StoredForm = 'plain' | 'compact';

/** In bytes of JSON, of the plain form. */
const COMPRESS_FROM_BYTES = 4_096;

/** `json`: of the event, where it has been made already. */
export function contentDigest(event: CallEvent, json = JSON.stringify(event)): string {
  return hash('sha256', json, 'hex').slice(0, 16);
}

/**
 * A call id as a part of job ids and Redis keys. Call ids are foreign data: BullMQ loses jobs whose ids contain `:`,
 * are integers or are words such as `meta`. Usual ids stay readable; all others are hashed. The dot keeps the two apart.
 */
export function callKey(callId: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]{3,63}$/.test(callId)) return callId;
  return `h.${createHash('sha256').update(callId).digest('hex').slice(0, 32)}`;
}

/** BullMQ recognises a redelivery by it: this call with this content. */
export function deduplicationId(event: CallEvent, digest: string): string {
  return `${callKey(event.id)}~${digest}`;
}

/**
 * Unique per delivery, so that the id BullMQ answers shows whether this delivery or an earlier one was stored. It says when
 * that one was received: BullMQ keeps the id longer than the job.
 */
export function newJobId(deduplication: string, receivedAt: number): string {
  return `${deduplication}~${randomUUID().slice(0, 8)}.${receivedAt.toString(36)}`;
}

/** When its delivery was received, ms since the epoch; undefined where an earlier version made the id. */
export function receivedAtIn(jobId: string): number | undefined {
  const [, time] = /~[0-9a-f]{8}\.([0-9a-z]+)$/.exec(jobId) ?? [];
  return time === undefined ? undefined : Number.parseInt(time, 36);
}

/** The call id of a job, where its job id holds it in clear; the others are in the job's data only. */
export function callIdIn(jobId: string): string | undefined {
  const [key = ''] = jobId.split('~');
  return key.startsWith('h.') ? undefined : key;
}

/** The `callKey` of the call that a job belongs to, in any version. */
export function callKeyOf(jobId: string): string {
  return jobId.slice(0, jobId.indexOf('~'));
}

/** `json`: of the event, where it has been made already. */
export function encode(
  { event, ...delivery }: Delivery,
  form: StoredForm = 'plain',
  json = JSON.stringify(event),
): JobData {
  if (form === 'compact') return { ...delivery, packed: pack(json) };
  if (json.length < COMPRESS_FROM_BYTES) return { ...delivery, event };
  return { ...delivery, zstd: zstdCompressSync(json).toString('base64') };
}

/** What to do about an event that cannot be read. */
export const UNREADABLE_HINT =
  'run the newest version everywhere and retry it, else discard it and have the call sent again';

/** Of every form that a version has written. Throws when there is no event, or it cannot be read. */
export function decode({ event, zstd, packed, ...delivery }: JobData): Delivery {
  if (event !== undefined) return { ...delivery, event };
  return { ...delivery, event: JSON.parse(jsonOf(zstd, packed)) as CallEvent };
}

function jsonOf(zstd: string | undefined, packed: string | undefined): string {
  if (packed !== undefined) return unpack(packed);
  if (zstd !== undefined) return zstdDecompressSync(Buffer.from(zstd, 'base64')).toString('utf8');
  throw new Error(`the job holds no event: ${UNREADABLE_HINT}`);
}
