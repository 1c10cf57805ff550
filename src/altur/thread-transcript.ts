/**
 * The transcript of one call, out of the messages of its thread: https://docs.altur.io/api-reference/messages/retrieve.
 * A thread is of an agent and an end user, and may span several calls. So messages are taken by time, and none at all
 * where it is not certain that they are of this call and complete.
 */
import { isObject, type Json, objectAt, textAt, timeAt } from './json.ts';

export interface Turn {
  readonly sent_by?: string;
  readonly sent_at?: string;
  readonly content: string;
}

/** ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The first message may be stamped before the call begins. In the webhook's example the first turn is 10 s before `started_at`. */
const TOLERANCE_MS = 10_000;
/** Messages that follow each other faster are of one conversation. */
const PAUSE_MS = 60_000;

/** As Altur's messages name them, and as its webhook does. */
const ROLES: Readonly<Record<string, string>> = {
  ai: 'assistant',
  agent: 'assistant',
  eu: 'user',
  human: 'user',
  customer: 'user',
};
const SYSTEM = ['sys', 'system'];

/** Undefined where there is none, or none that is certainly the call's. `span`: of the call, where it has times. */
export function threadTranscript(
  json: unknown,
  callId: string,
  span: Span | undefined,
): readonly Turn[] | undefined {
  const messages = messagesOf(json);
  if (!messages) return undefined;
  const spoken = messages.filter((message) => !SYSTEM.includes(roleOf(message)));
  const own = spoken.filter((message) => callIdOf(message) === callId);
  const slice = own.length > 0 ? own : span && sliceOf(spoken, span);
  return slice && transcriptOf(slice);
}

/** Turns in the webhook's form, of whatever form they have; undefined when there are none. */
export function transcriptOf(rows: unknown): readonly Turn[] | undefined {
  if (!Array.isArray(rows)) return undefined;
  const turns = rows.filter(isObject).flatMap((row) => {
    const content = textAt(row, 'content', 'text', 'message', 'body');
    const sent_at = textAt(row, 'sent_at', 'created_at');
    const role = roleOf(row);
    if (content === undefined || SYSTEM.includes(role)) return [];
    return {
      ...(role !== '' && { sent_by: ROLES[role] ?? role }),
      ...(sent_at !== undefined && { sent_at }),
      content,
    };
  });
  return turns.length > 0 ? turns : undefined;
}

/** Undefined where it is no list, or only a part of one. */
function messagesOf(json: unknown): readonly Json[] | undefined {
  if (Array.isArray(json)) return json.filter(isObject);
  if (!isObject(json)) return undefined;
  const rows = [json.messages, json.data, json.results, json.items].find((each) => Array.isArray(each));
  const pagination = { ...json, ...objectAt(json, 'pagination') };
  const isPart = pagination.has_next === true || pagination.has_more === true;
  return isPart ? undefined : rows?.filter(isObject);
}

function sliceOf(messages: readonly Json[], span: Span): readonly Json[] | undefined {
  // Of another call, which says so.
  const timed = messages
    .filter((message) => callIdOf(message) === undefined)
    .map((message) => ({ message, at: timeAt(message, 'sent_at', 'created_at') }));
  if (timed.some(({ at }) => at === undefined)) return undefined;
  const inOrder = timed.map(({ message, at }) => ({ message, at: at! })).sort((a, b) => a.at - b.at);
  const [from, to] = [span.from - TOLERANCE_MS, span.to + TOLERANCE_MS];
  const first = inOrder.findIndex(({ at }) => at >= from);
  const last = inOrder.findLastIndex(({ at }) => at <= to);
  if (first === -1 || last < first) return undefined;
  const goesOn = (earlier: number, later: number) =>
    inOrder[earlier] !== undefined &&
    inOrder[later] !== undefined &&
    inOrder[later].at - inOrder[earlier].at <= PAUSE_MS;
  // Messages within the tolerance are the call's only if they are not the end, or the beginning, of something else.
  if (inOrder[first]!.at < span.from && goesOn(first - 1, first)) return undefined;
  if (inOrder[last]!.at > span.to && goesOn(last, last + 1)) return undefined;
  return inOrder.slice(first, last + 1).map(({ message }) => message);
}

function roleOf(row: Json): string {
  return (textAt(row, 'sent_by', 'role') ?? '').toLowerCase();
}

function callIdOf(message: Json): string | undefined {
  return textAt(message, 'call_id') ?? textAt(objectAt(message, 'call') ?? {}, 'id');
}
