/**
 * A call as Altur's API describes it, as the event its webhook would have sent, and marked as such. The API's pages differ
 * in names: `agent`, `assistant` or `chatbot`, `billable_duration` or `billed_duration`, a `contact` and the data extracted
 * from the call where the webhook has a `campaign_user`, the end user as a part of the thread; `recording_url` may be
 * relative: https://docs.altur.io/es/api-reference/campaigns/retrieve-calls, https://docs.altur.io/en/api-reference/calls/retrieve
 */
import { type CallEvent, parseEvent, toCallId } from './event.ts';
import { isObject, type Json, objectAt, textAt, timeAt } from './json.ts';
import { type Span, type Turn, transcriptOf } from './thread-transcript.ts';

/** Of a call that has not ended. */
export const OPEN_STATUSES: readonly string[] = ['created', 'queued', 'ringing', 'in-progress', 'forwarding'];
/** Of a call in which nobody spoke. */
const SILENT_STATUSES: readonly string[] = ['busy', 'no-answer'];

/** What the list of a campaign says of a call, and what `GET /call/{id}` does: the latter wins where it says anything. */
export function mergeCall(listed: Json, details: Json): Json {
  const merged: Record<string, unknown> = withoutEmpty(listed);
  for (const [key, value] of Object.entries(withoutEmpty(details))) {
    const other = merged[key];
    // Of the contact, for one, each says a part.
    merged[key] = isObject(value) && isObject(other) ? { ...other, ...withoutEmpty(value) } : value;
  }
  return merged;
}

/** Undefined when it can be used. */
export function whyUnusable(callId: string, json: unknown): string | undefined {
  if (!isObject(json)) return 'the call is not a JSON object';
  if (toCallId(json.id) !== callId) return 'the answer is about another call';
  if (OPEN_STATUSES.includes(String(json.status))) return 'the call has not ended yet';
  return undefined;
}

/** Nothing that is known to be missing in lists is missing here: it need not be asked for. */
export function isWhole(listed: Json): boolean {
  return (
    transcriptIn(listed) !== undefined &&
    textAt(listed, 'phone_number_from') !== undefined &&
    textAt(listed, 'phone_number_to') !== undefined
  );
}

export function threadIdOf(call: Json): string | undefined {
  return textAt(objectAt(call, 'thread') ?? {}, 'id') ?? textAt(call, 'thread_id', 'thread');
}

/** What the API has itself of what was said; `none`: it is a call in which nobody spoke. */
export function transcriptIn(call: Json): readonly Turn[] | 'none' | undefined {
  return (
    transcriptOf(call.transcript) ?? (SILENT_STATUSES.includes(String(call.status)) ? 'none' : undefined)
  );
}

/** Undefined without times. The documentation shows a call of 45 s that ends when it starts. */
export function spanOf(call: Json): Span | undefined {
  const from = timeAt(call, 'started_at');
  const endedAt = timeAt(call, 'ended_at');
  if (from === undefined || endedAt === undefined) return undefined;
  const seconds = typeof call.duration === 'number' && call.duration > 0 ? call.duration : 0;
  return { from, to: Math.max(endedAt, from + seconds * 1_000) };
}

/** Undefined where it has another form than is documented. `origin`: of the API, for relative addresses. */
export function eventOfApiCall(
  call: Json,
  transcript: readonly Turn[] | 'none' | undefined,
  origin: string,
): CallEvent | undefined {
  const { agent, chatbot, billable_duration, contact, extracted_data, tags, thread, thread_id, ...rest } =
    call;
  const ofThread = isObject(thread) ? thread : {};
  const parsed = parseEvent({
    ...rest,
    event_type: 'on_call_end',
    assistant: call.assistant ?? agent ?? chatbot ?? ofThread.agent ?? ofThread.chatbot,
    billed_duration: call.billed_duration ?? billable_duration,
    recording_url: absolute(call.recording_url, origin),
    campaign_user: call.campaign_user ?? campaignUserOf(contact, extracted_data, tags),
    end_user: call.end_user ?? endUserOf(ofThread),
    transcript: transcript === 'none' ? [] : transcript,
    read_from_api: true,
    transcript_unavailable: transcript === undefined ? true : undefined,
  });
  return parsed.kind === 'call' ? parsed.event : undefined;
}

/** Undefined where the API says nothing of a person: `end_user` may do. */
function campaignUserOf(contact: unknown, extracted_data: unknown, tags: unknown): Json | undefined {
  if (!isObject(contact) && isEmpty(extracted_data) && isEmpty(tags)) return undefined;
  const { f_id, name, phone_number, status } = isObject(contact) ? contact : {};
  return { f_id, name, contact: phone_number, status, extracted_data, tags };
}

/** https://docs.altur.io/en/api-reference/threads/retrieve */
function endUserOf(thread: Json): Json | undefined {
  const endUser = objectAt(thread, 'end_user') ?? objectAt(thread, 'enduser');
  return (
    endUser && {
      id: endUser.id,
      display_name: endUser.display_name,
      context: endUser.info,
      tags: thread.tags,
    }
  );
}

function absolute(url: unknown, origin: string): string | undefined {
  if (typeof url !== 'string' || url === '' || !URL.canParse(url, origin)) return undefined;
  return new URL(url, origin).href;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function withoutEmpty(json: Json): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => !isEmpty(value)));
}
