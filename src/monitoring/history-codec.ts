/**
 * How the history of a call is stored in Redis: compact, since there is one for every call of a month. The first line
 * is its state, each further line an entry of its timeline. Letters stand for words, and 0 for what is absent.
 */

import { hash } from '../queue/hash.ts';
import { callKey } from '../queue/job.ts';
import { luaJson } from '../queue/lua-json.ts';
import type {
  CallOutcome,
  CallRecord,
  CallSummary,
  CallUpdate,
  TimelineEntry,
  TimelineRequest,
} from './call-history.ts';

const OUTCOMES: Readonly<Record<CallOutcome, string>> = {
  queued: 'q',
  retrying: 'r',
  'dead-letter': 'x',
  skipped: 'k',
  synced: 's',
};

const EVENTS: Readonly<Record<TimelineEntry['event'], string>> = {
  received: 'r',
  duplicate: 'd',
  retry: 't',
  delay: 'w',
  pause: 'p',
  'dead-letter': 'x',
  skipped: 'k',
  synced: 's',
  'retried-by-operator': 'T',
  'discarded-by-operator': 'D',
  'resynced-by-operator': 'S',
  reconciled: 'c',
};

/** Reasons of the CRM may be long. */
const MAX_REASON = 300;

/** `endpoint`: method and path, by an id of the dictionary. */
type StoredRequest = readonly [endpoint: string, status: number, ms: number];

/** The text of each endpoint, by its id. */
export type Endpoints = ReadonlyMap<string, string>;

type StoredEntry = readonly [
  at: number,
  event: string,
  code?: string | 0,
  reason?: string | 0,
  nextAt?: number,
  batchSize?: number,
  requests?: readonly StoredRequest[] | 0,
  times?: number,
];

export interface StoredHead {
  /** The call id, where the key does not hold it. */
  readonly i?: string;
  /** First and last received, duplicates. */
  readonly f?: number;
  readonly l?: number;
  readonly d?: number;
  /** Outcome, of which version, when it changed, code, unassigned. */
  readonly o: string;
  readonly v: number;
  readonly u: number;
  readonly c?: string;
  readonly n?: CallSummary['unassigned'];
}

export const outcomeLetters: readonly string[] = Object.values(OUTCOMES);
export const outcomeLetter = (outcome: CallOutcome): string => OUTCOMES[outcome];

const wordOf = <Word extends string>(letters: Readonly<Record<Word, string>>, letter: string): Word => {
  return (Object.keys(letters) as Word[]).find((word) => letters[word] === letter)!;
};

/** As the script reads it. `b`: the whole history, should the call be a new one. */
export function encodeUpdate({ callId, entry, version, outcome, unassigned, names = [] }: CallUpdate) {
  const key = callKey(callId);
  const { at, event } = entry;
  const line = luaJson(encodeEntry(entry));
  const own = {
    ...(key !== callId && { i: callId }),
    ...(version !== undefined && { v: version }),
    ...(names.length > 0 && { p: names.map(personHash) }),
  };
  return {
    k: key,
    ...own,
    e: EVENTS[event],
    at,
    ...(outcome && { o: OUTCOMES[outcome] }),
    ...(outcome && entry.code !== undefined && { c: entry.code }),
    ...(unassigned && { n: unassigned }),
    ...(event === 'received' && version !== undefined && { b: newHistory(at, own, line) }),
    line,
  };
}

/** Of a call that was received for the first time. */
function newHistory(at: number, own: object, line: string): string {
  return `${luaJson({ f: at, l: at, o: OUTCOMES.queued, u: at, ...own })}\n${line}`;
}

/** Half of a hash is unique among the persons of a month. */
export function personHash(name: string): string {
  return hash(name).slice(0, 12);
}

function encodeEntry({
  at,
  event,
  code,
  reason,
  nextAt,
  batchSize,
  requests = [],
}: TimelineEntry): StoredEntry {
  const sent = requests.length > 0 ? requests.map(encodeRequest) : 0;
  const stored: unknown[] = [
    at,
    EVENTS[event],
    code ?? 0,
    reason?.slice(0, MAX_REASON) ?? 0,
    nextAt ?? 0,
    batchSize ?? 0,
    sent,
  ];
  while (stored.at(-1) === 0) stored.pop();
  return stored as unknown as StoredEntry;
}

function encodeRequest(request: TimelineRequest): StoredRequest {
  return [endpointId(endpointText(request)), request.status ?? 0, request.ms];
}

/** There are some dozens of endpoints. */
export function endpointId(text: string): string {
  return hash(text).slice(0, 5);
}

export function endpointText({ method, endpoint }: TimelineRequest): string {
  return `${method} ${endpoint}`;
}

/** `key`: of the call. */
export function decodeHead(stored: string, key: string): { summary: CallSummary; head: StoredHead } {
  const end = stored.indexOf('\n');
  const head = JSON.parse(end < 0 ? stored : stored.slice(0, end)) as StoredHead;
  const summary: CallSummary = {
    callId: head.i ?? key,
    outcome: wordOf(OUTCOMES, head.o),
    receivedAt: head.f ?? head.v,
    updatedAt: head.u,
    version: head.v,
    ...(head.c !== undefined && { code: head.c }),
    ...(head.n !== undefined && { unassigned: head.n }),
  };
  return { summary, head };
}

export function decodeRecord(stored: string, key: string, endpoints: Endpoints): CallRecord {
  const { summary, head } = decodeHead(stored, key);
  const lines = stored.split('\n').slice(1);
  return {
    summary,
    duplicates: head.d ?? 0,
    lastReceivedAt: head.l ?? summary.receivedAt,
    timeline: lines.map((line) => decodeEntry(JSON.parse(line) as StoredEntry, endpoints)),
  };
}

function decodeEntry(entry: StoredEntry, endpoints: Endpoints): TimelineEntry {
  const [at, event, code, reason, nextAt, batchSize, requests, times] = entry;
  return {
    at,
    event: wordOf(EVENTS, event),
    ...(code && { code }),
    ...(reason && { reason }),
    ...(nextAt && { nextAt }),
    ...(batchSize && { batchSize }),
    ...(requests && { requests: requests.map((request) => decodeRequest(request, endpoints)) }),
    ...(times && { times }),
  };
}

function decodeRequest([id, status, ms]: StoredRequest, endpoints: Endpoints): TimelineRequest {
  const [method = '', endpoint = id] = endpoints.get(id)?.split(' ') ?? [];
  return { method, endpoint, ms, ...(status > 0 && { status }) };
}
