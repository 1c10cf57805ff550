/**
 * The event Altur sends when a call ends: https://docs.altur.io/api-reference/webhooks/on-call-end
 * Three generations of the payload exist; all are accepted. Everything but the type and the id is optional, and
 * a field of an unexpected type costs that field, not the event.
 */
import { z } from 'zod';

/** A field that may be missing, null or of a wrong type: then it is undefined. */
const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** An integer too large for JavaScript has been rounded: as an id, it would be another one. */
function isExact(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

/** Text; numbers are taken as text, since ids and phone numbers come as either. Blank is absent. */
const text = lenient(
  z
    .union([z.string(), z.number().refine(isExact).transform(String)])
    .transform((value) => value.trim() || undefined),
);
/** Seconds. An older page shows `billed_duration` as "00:46". */
const seconds = lenient(
  z.union([
    z.number().nonnegative(),
    z
      .string()
      .regex(/^\d+(:[0-5]?\d){0,2}$/)
      .transform(clockToSeconds),
  ]),
);
const count = lenient(z.number().int().nonnegative());
/** ISO 8601, as Altur wrote it. `Date.parse` alone would make a date of "1". */
const instant = lenient(
  z
    .string()
    .trim()
    .refine((value) => /^\d{4}-\d\d-\d\d([T ]|$)/.test(value) && !Number.isNaN(Date.parse(value))),
);
const tagName = z.union([z.string(), z.object({ name: z.string() }).transform((tag) => tag.name)]);
const tags = lenient(
  z
    .array(tagName.catch(''))
    .transform((names) => names.map((name) => name.trim()).filter((name) => name !== '')),
);
/** Customer-defined keys, often with spaces or accents; values of any JSON type. */
const extractedData = lenient(z.custom<Record<string, unknown>>(isObject));

const turn = z.object({ sent_by: text, sent_at: instant, content: text });

/** Loose: a field that Altur adds later can be mapped before it is listed here. */
const campaignUser = z.looseObject({
  f_id: text,
  name: text,
  contact: text,
  context: text,
  status: text,
  failed_retries: count,
  voicemail_retries: count,
  retries: count,
  extracted_data: extractedData,
  tags,
});

/** Deprecated by Altur in favour of `campaign_user`; older payloads have only this person. */
const endUser = z.looseObject({
  id: text,
  status: text,
  display_name: text,
  phone_number: text,
  context: text,
  extracted_data: extractedData,
  tags,
});

const callEvent = z.looseObject({
  event_type: z.literal('on_call_end'),
  id: z.string(),
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
  transcript: lenient(
    z
      .array(turn.optional().catch(undefined))
      .transform((turns) => turns.filter((each) => each !== undefined)),
  ),
  assistant: lenient(z.looseObject({ id: text, nickname: text, name: text })),
  /** Not Altur's: the event was rebuilt from what its API says of the call. */
  read_from_api: lenient(z.literal(true)),
  /** Nor is this: the API did not have the transcript. */
  transcript_unavailable: lenient(z.literal(true)),
  campaign_user: lenient(campaignUser),
  end_user: lenient(endUser),
});

export type CallEvent = z.output<typeof callEvent>;
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
  const whole = isDeeper(json, MAX_DEPTH) ? (cutAt(json, MAX_DEPTH) as Record<string, unknown>) : json;
  const source = { ...whole, event_type: type, id, ...(legacy && { type: undefined }) };
  const event = callEvent.parse(source);
  return { kind: 'call', event: withoutUndefined(event), invalidFields: invalidPaths(source, event, '') };
}

/** Deeper nesting would exhaust the stack of code that walks through it: that part becomes null. */
const MAX_DEPTH = 100;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
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

/** Paths that had a value before parsing and have none after it. */
function invalidPaths(before: unknown, after: unknown, path: string): string[] {
  if (before === null || before === undefined || before === '') return [];
  if (after === undefined) return typeof before === 'string' && before.trim() === '' ? [] : [path];
  if (!isObject(before) || !isObject(after) || path.endsWith('extracted_data')) return [];
  return Object.keys(before).flatMap((key) =>
    invalidPaths(before[key], after[key], path === '' ? key : `${path}.${key}`),
  );
}

/** So that an event is the same before and after it is stored as JSON. */
function withoutUndefined(event: CallEvent): CallEvent {
  return JSON.parse(JSON.stringify(event)) as CallEvent;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function clockToSeconds(value: string): number {
  return value.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}
