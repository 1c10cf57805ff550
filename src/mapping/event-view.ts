/**
 * The event as a mapping sees it: everything Altur sent, and under `customer` and `call` what is derived from it: the
 * customer of `campaign_user` or the deprecated `end_user`, the outcome of the call.
 */
import type { CallEvent } from '../altur/event.ts';
import { momentOf } from './coerce/dates.ts';
import { fold } from './coerce/text.ts';
import type { CallOutcome } from './schema/call-rule.ts';

export type EventView = Readonly<Record<string, unknown>>;

/** `timeZone`: of times that name none. */
export function toEventView(event: CallEvent, receivedAt: number, timeZone: string): EventView {
  return { ...event, event, customer: customerOf(event), call: callOf(event, receivedAt, timeZone) };
}

export function customerOf(event: CallEvent) {
  const { campaign_user: current, end_user: former } = event;
  const name = current?.name ?? former?.display_name;
  const [first, ...others] = name?.split(/\s+/) ?? [];
  return {
    id: current?.f_id,
    name,
    first_name: first,
    last_name: others.length > 0 ? others.join(' ') : undefined,
    phone: current?.contact ?? former?.phone_number ?? customerNumber(event),
    status: current?.status ?? former?.status,
    tags: current?.tags ?? former?.tags,
    extracted_data: current?.extracted_data ?? former?.extracted_data,
    context: current?.context ?? former?.context,
  };
}

/** The other side's number: the one called on an outbound call. */
function customerNumber({ type, phone_number_from, phone_number_to }: CallEvent): string | undefined {
  if (type === 'outbound') return phone_number_to;
  return type === 'inbound' ? phone_number_from : undefined;
}

function callOf(event: CallEvent, receivedAt: number, timeZone: string) {
  return {
    id: event.id,
    direction: event.type,
    outcome: callOutcomeOf(event),
    at: new Date(endedAtOf(event, receivedAt, timeZone)).toISOString(),
    duration: event.duration,
    duration_ms: event.duration === undefined ? undefined : Math.round(event.duration * 1_000),
    agent: event.assistant?.name ?? event.assistant?.nickname,
  };
}

/** When the call ended, ms since the epoch, as precisely as the event says. */
export function endedAtOf(event: CallEvent, receivedAt: number, timeZone: string): number {
  for (const time of [event.ended_at, event.started_at, event.created_at]) {
    const { instant } = momentOf(time, { timeZone }) ?? {};
    if (instant !== undefined) return instant;
  }
  return receivedAt;
}

const WRONG_NUMBER = /^(wrong[\s_-]?number|numero[\s_-]?equivocado|equivocado)$/;

function callOutcomeOf(event: CallEvent): CallOutcome | undefined {
  const { status, answered_by } = event;
  const customer = customerOf(event);
  if (customer.tags?.some((tag) => WRONG_NUMBER.test(fold(tag)))) return 'wrong-number';
  if (status === 'busy' || status === 'no-answer' || status === 'failed') return status;
  if (answered_by === 'machine' || customer.status === 'voicemail') return 'voicemail';
  return status === 'ended' || answered_by === 'human' ? 'connected' : undefined;
}

/** The value at `path`; keys may hold spaces and dots. Undefined when there is none. */
export function lookUp(view: unknown, path: string): unknown {
  if (typeof view !== 'object' || view === null) return undefined;
  if (Object.hasOwn(view, path)) return (view as EventView)[path];
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(view, key)) continue;
    const found = lookUp((view as EventView)[key], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
