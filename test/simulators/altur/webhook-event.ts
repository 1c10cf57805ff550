/** The event that Altur sends when a call ends, of the newest generation; and back. */
import type { CallInput, SimulatedCall, Turn } from './call.ts';
import { API_PATH } from './request-kind.ts';
import type { Settings } from './settings.ts';
import { durationText, timeText } from './time-text.ts';

export type WebhookEvent = Readonly<Record<string, unknown>> & { readonly id: string };

/** https://docs.altur.io/es/api-reference/webhooks/on-call-end; `origin`: of the recording's address. */
export function webhookEventOf(call: SimulatedCall, settings: Settings, origin: string): WebhookEvent {
  const { contact, extractedData, tags } = call;
  return {
    event_type: 'on_call_end',
    ...{ id: call.id, type: call.type, status: call.status },
    ...{ phone_number_from: call.from, phone_number_to: call.to, answered_by: call.answeredBy },
    created_at: timeText(call.createdAt, settings),
    started_at: timeText(call.startedAt, settings),
    ended_at: timeText(call.endedAt, settings),
    duration: durationText(call.duration, settings),
    billed_duration: durationText(call.billedDuration, settings),
    recording_url: call.hasRecording
      ? `${origin}${API_PATH}/call/${encodeURIComponent(call.id)}/recording`
      : null,
    transcript: call.turns.map(({ by, at, text }) => ({
      sent_by: by === 'AI' ? 'assistant' : 'user',
      sent_at: timeText(at, settings),
      content: text,
    })),
    assistant: call.agent,
    ...(call.campaignId !== undefined && {
      campaign_user: {
        ...{ f_id: contact.f_id, name: contact.name, contact: contact.phone_number },
        ...{ context: 'Datos del cliente', status: contact.status, failed_retries: 0, voicemail_retries: 0 },
        ...{ extracted_data: extractedData, tags },
      },
    }),
  };
}

interface GivenEvent {
  readonly id: string;
  readonly type?: 'inbound' | 'outbound';
  readonly phone_number_from?: string;
  readonly phone_number_to?: string;
  readonly created_at?: string;
  readonly started_at?: string;
  readonly ended_at?: string;
  readonly duration?: number;
  readonly billed_duration?: number;
  readonly transcript?: readonly { sent_by: string; sent_at: string; content: string }[];
  readonly assistant?: SimulatedCall['agent'];
  readonly campaign_user?: {
    readonly f_id?: string;
    readonly name?: string;
    readonly contact?: string;
    readonly status?: string;
    readonly extracted_data?: Readonly<Record<string, unknown>>;
    readonly tags?: readonly string[];
  };
}

/** The call of which Altur would have sent this event. */
export function callOfEvent(event: GivenEvent): CallInput {
  const { campaign_user: person } = event;
  const contact = {
    f_id: person?.f_id,
    name: person?.name,
    phone_number: person?.contact,
    status: person?.status,
  };
  const turns = event.transcript?.map(
    ({ sent_by, sent_at, content }): Turn => ({
      by: sent_by === 'assistant' ? 'AI' : 'EU',
      at: Date.parse(sent_at),
      text: content,
    }),
  );
  return given({
    ...{ id: event.id, type: event.type, from: event.phone_number_from, to: event.phone_number_to },
    ...{ createdAt: event.created_at, startedAt: event.started_at, endedAt: event.ended_at },
    ...{ duration: event.duration, billedDuration: event.billed_duration, agent: event.assistant, turns },
    ...{ contact: given(contact), extractedData: person?.extracted_data, tags: person?.tags },
  });
}

/** Without what is undefined. */
function given<T extends object>(values: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
