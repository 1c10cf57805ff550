/**
 * A call as Altur's API describes it, as the event its webhook would have sent; but without a transcript, and marked as
 * such. The API's pages differ in names: `agent` or `assistant`, `billable_duration` or `billed_duration`, a `contact` and
 * the data extracted from the call where the webhook has a `campaign_user`; `recording_url` may be relative:
 * https://docs.altur.io/api-reference/campaigns/retrieve-calls
 */
import { type CallEvent, parseEvent } from './event.ts';

/** Of a call that has not ended. */
const OPEN_STATUSES = ['created', 'queued', 'ringing', 'in-progress', 'forwarding'];

type Json = Readonly<Record<string, unknown>>;

/** A text says why it cannot be used. `origin`: of the API, for relative addresses. */
export function eventOfApiCall(callId: string, json: unknown, origin: string): CallEvent | string {
  if (!isObject(json)) return 'the call is not a JSON object';
  if (json.id === undefined || String(json.id) !== callId) return 'the answer is about another call';
  if (OPEN_STATUSES.includes(String(json.status))) return 'the call has not ended yet';
  const { agent, chatbot, billable_duration, contact, extracted_data, tags, transcript: _, ...call } = json;
  const parsed = parseEvent({
    ...call,
    event_type: 'on_call_end',
    assistant: json.assistant ?? agent ?? chatbot,
    billed_duration: json.billed_duration ?? billable_duration,
    recording_url: absolute(json.recording_url, origin),
    campaign_user: json.campaign_user ?? campaignUserOf(contact, extracted_data, tags),
    read_from_api: true,
    transcript_unavailable: true,
  });
  return parsed.kind === 'call' ? parsed.event : 'the call has another form than is documented';
}

/** Undefined where the API says nothing of a person: `end_user` may do. */
function campaignUserOf(contact: unknown, extracted_data: unknown, tags: unknown): Json | undefined {
  if (!isObject(contact) && extracted_data == null && tags == null) return undefined;
  const { f_id, name, phone_number, status } = isObject(contact) ? contact : {};
  return { f_id, name, contact: phone_number, status, extracted_data, tags };
}

function absolute(url: unknown, origin: string): string | undefined {
  if (typeof url !== 'string' || url === '' || !URL.canParse(url, origin)) return undefined;
  return new URL(url, origin).href;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
