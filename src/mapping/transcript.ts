/** The transcript as a person reads it: a line a turn, with the time into the call and who speaks. */
import type { CallEvent } from '../altur/event.ts';
import { momentOf } from './coerce/dates.ts';

export interface Speakers {
  readonly agent: string;
  readonly customer: string;
}

/** Altur's own words for the two; any other role is shown as it is. */
const AGENT = ['assistant', 'agent', 'bot', 'ai'];
const CUSTOMER = ['user', 'customer', 'eu', 'human'];

/** `timeZone`: of times that name none, as Altur's own may, beside others that do. */
export function conversationOf(
  event: CallEvent,
  customerName: string | undefined,
  words: Speakers,
  timeZone: string,
): string {
  const agent = event.assistant?.name ?? event.assistant?.nickname ?? words.agent;
  const customer = customerName ?? words.customer;
  const turns = event.transcript ?? [];
  const instantOf = (time: string | undefined) => momentOf(time, { timeZone })?.instant;
  const began = beginning(event, instantOf);
  return turns
    .filter(({ content }) => content !== undefined)
    .map(({ sent_by, sent_at, content }) => {
      const role = sent_by?.toLowerCase() ?? '';
      const speaker = AGENT.includes(role) ? agent : CUSTOMER.includes(role) ? customer : (sent_by ?? '?');
      const sent = instantOf(sent_at);
      const time = sent === undefined || began === undefined ? '' : `[${clock(sent - began)}] `;
      return `${time}${speaker}: ${content!.replace(/\s+/g, ' ')}`;
    })
    .join('\n');
}

/** The sample in Altur's documentation starts to speak before the call was created: the first turn decides then. */
function beginning(
  { started_at, transcript = [] }: CallEvent,
  instantOf: (time: string | undefined) => number | undefined,
): number | undefined {
  const times = [started_at, ...transcript.map(({ sent_at }) => sent_at)].flatMap(
    (time) => instantOf(time) ?? [],
  );
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
}

function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
}
