/**
 * The event Altur sends when a call ends: https://docs.altur.io/api-reference/webhooks/on-call-end
 * Three generations of the payload exist; all are accepted. Everything but the type and the id is optional, and
 * a field of an unexpected type costs that field, not the event.
 */
import {
  anyFields,
  count,
  type FieldsOf,
  instant,
  isTrue,
  listOf,
  objectOf,
  seconds,
  tags,
  text,
} from './event-fields.ts';
import { isObject } from './json.ts';

const turn = { sent_by: text, sent_at: instant, content: text };

const campaignUser = {
  f_id: text,
  name: text,
  contact: text,
  context: text,
  status: text,
  failed_retries: count,
  voicemail_retries: count,
  retries: count,
  extracted_data: anyFields,
  tags,
};

/** Deprecated by Altur in favour of `campaign_user`; older payloads have only this person. */
const endUser = {
  id: text,
  status: text,
  display_name: text,
  phone_number: text,
  context: text,
  extracted_data: anyFields,
  tags,
};

/** Deliveries are compared by the JSON of their fields in this order: another one makes each redelivery a new version. */
const fields = {
  type: text,
  status: text,
  phone_number_from: text,
  phone_number_to: text,
  answered_by: text,
  created_at: instant,
  started_at: instant,
  ended_at: instant,
  duration: seconds,
  billed_duration: seconds,
  recording_url: text,
  transcript: listOf(turn),
  assistant: objectOf({ id: text, nickname: text, name: text }),
  /** Not Altur's: the event was rebuilt from what its API says of the call. */
  read_from_api: isTrue,
  /** Nor is this: the API did not have the transcript. */
  transcript_unavailable: isTrue,
  campaign_user: objectOf(campaignUser),
  end_user: objectOf(endUser),
};

export type CallEvent = { event_type: 'on_call_end'; id: string } & FieldsOf<typeof fields> &
  Record<string, unknown>;
export type Turn = NonNullable<CallEvent['transcript']>[number];

export type Parsed =
  /** `invalidFields`: paths of the fields whose value could not be used. */
  | { readonly kind: 'call'; readonly event: CallEvent; readonly invalidFields: readonly string[] }
  | { readonly kind: 'other'; readonly type: string }
  | { readonly kind: 'invalid'; readonly reason: string };

const MAX_ID_LENGTH = 500;

export function parseEvent(json: unknown): Parsed {
  if (!isObject(json)) return { kind: 'invalid', reason: 'the body is not a JSON object' };
  const { type, legacy } = eventType(json);
  if (type === undefined) return { kind: 'invalid', reason: 'event_type is missing' };
  if (type !== 'on_call_end') return { kind: 'other', type };
  const id = toCallId(json.id);
  if (id === undefined)
    return {
      kind: 'invalid',
      reason: `id, the call’s, is missing, longer than ${MAX_ID_LENGTH} characters, or a number that is no exact integer`,
    };
  // The first generation said `type: on_call_end`; since then `type` is the call's direction.
  const isPlain = isStorable(json, MAX_DEPTH);
  const whole = isPlain ? json : (cutAt(json, MAX_DEPTH) as Record<string, unknown>);
  const source = { ...whole, event_type: type, id, ...(legacy && { type: undefined }) };
  const invalidFields: string[] = [];
  const event = readCall(source, (path) => invalidFields.push(path)) as CallEvent;
  return { kind: 'call', event: isPlain ? event : asStored(event), invalidFields };
}

/** The first two were read before. */
const readCall = objectOf({
  event_type: (value) => value,
  id: (value) => value,
  ...fields,
});

/** Deeper nesting would exhaust the stack of code that walks through it: that part becomes null. */
const MAX_DEPTH = 100;

/** False for what JSON does not give back, such as -0 and numbers too large for JavaScript. */
function isStorable(value: unknown, levels: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return value !== undefined;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((each) => isStorable(each, levels - 1));
  for (const key in value) if (!isStorable((value as Record<string, unknown>)[key], levels - 1)) return false;
  return true;
}

/** An event is the same before and after it is stored. */
function asStored(event: CallEvent): CallEvent {
  return JSON.parse(JSON.stringify(event)) as CallEvent;
}

function cutAt(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((each) => cutAt(each, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cutAt(each, levels - 1)]));
}

function eventType(json: Record<string, unknown>): { type: string | undefined; legacy: boolean } {
  if (typeof json.event_type === 'string')
    return { type: json.event_type, legacy: json.type === json.event_type };
  if (json.type === 'on_call_end') return { type: json.type, legacy: true };
  return { type: undefined, legacy: false };
}

/**
 * Undefined when the value is no call id. Halves of characters, which no URL can hold, are replaced. A number that
 * JavaScript has rounded would be the id of another call.
 */
export function toCallId(value: unknown): string | undefined {
  const id = Number.isSafeInteger(value)
    ? String(value)
    : typeof value === 'string'
      ? value.trim().toWellFormed()
      : '';
  return id === '' || id.length > MAX_ID_LENGTH ? undefined : id;
}
