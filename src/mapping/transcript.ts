/** The transcript as readable text: one line per turn, with the time since the call began and the speaker. */
import type { CallEvent } from '../altur/event.ts';
import { momentOf } from './coerce/dates.ts';
import type { Messages } from './i18n.ts';

/** Altur's names for the two roles; any other role is shown as it is. */
const AGENT = ['assistant', 'agent', 'bot', 'ai'];
const CUSTOMER = ['user', 'customer', 'eu', 'human'];

/** `timeZone`: of times without a zone; one transcript may mix times with and without. */
export function formatTranscript(
  event: CallEvent,
  customerName: string | undefined,
  speakers: Messages['speakers'],
  timeZone: string,
): string {
  const agent = event.assistant?.name ?? event.assistant?.nickname ?? speakers.agent;
  const customer = customerName ?? speakers.customer;
  const turns = event.transcript ?? [];
  const instantOf = (time: string | undefined) => momentOf(time, { timeZone })?.instant;
  const began = beginningOf(event, instantOf);
  return turns
    .filter(({ content }) => content !== undefined)
    .map(({ sent_by, sent_at, content }) => {
      const role = sent_by?.toLowerCase() ?? '';
      const speaker = AGENT.includes(role) ? agent : CUSTOMER.includes(role) ? customer : (sent_by ?? '?');
      const sent = instantOf(sent_at);
      const time = sent === undefined || began === undefined ? '' : `[${formatElapsed(sent - began)}] `;
      return `${time}${speaker}: ${content!.replace(/\s+/g, ' ')}`;
    })
    .join('\n');
}

/** The earliest time: in the sample of Altur's documentation the first turn is before `started_at`. */
function beginningOf(
  { started_at, transcript = [] }: CallEvent,
  instantOf: (time: string | undefined) => number | undefined,
): number | undefined {
  const times = [started_at, ...transcript.map(({ sent_at }) => sent_at)].flatMap(
    (time) => instantOf(time) ?? [],
  );
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
}

function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
}
