/** A call of which a test says what it cares about. */
import { createHash } from 'node:crypto';
import {
  type CallInput,
  type CallStatus,
  type Contact,
  OPEN_STATUSES,
  type SimulatedCall,
  type TimeInput,
  type Turn,
  timeOf,
} from './call.ts';
import { conversationWith, extractedDataOf, personOf } from './people.ts';

const OWN_NUMBER = '+525550000000';
const AGENT = { id: '6cy951e6-9877-4d7c-88d7-56b4948d3cce', nickname: 'Cobranza', name: 'Diana Arroyo' };
const SECONDS = 34;

/** `index` counts the calls of the account. */
export function newCall(
  index: number,
  campaignId: string | undefined,
  { contact: givenContact, createdAt, startedAt, endedAt, ...given }: CallInput,
): SimulatedCall {
  const status = given.status ?? 'ended';
  const type = given.type ?? (campaignId === undefined ? 'inbound' : 'outbound');
  const contact: Contact = { ...personOf(index), ...givenContact };
  const times = timesOf(status, { createdAt: createdAt ?? Date.now(), startedAt, endedAt });
  const isAnswered = times.startedAt !== undefined;
  const hasTalked = isAnswered && status === 'ended';
  const duration =
    times.endedAt === undefined ? undefined : (times.endedAt - (times.startedAt ?? times.endedAt)) / 1_000;
  return {
    id: callIdOf(index),
    answeredBy: isAnswered ? 'human' : null,
    from: type === 'inbound' ? contact.phone_number : OWN_NUMBER,
    to: type === 'inbound' ? OWN_NUMBER : contact.phone_number,
    duration: duration === undefined ? undefined : Math.round(duration),
    billedDuration: duration === undefined ? undefined : Math.ceil(duration / 60) * 60,
    agent: AGENT,
    extractedData: hasTalked ? extractedDataOf(index) : {},
    tags: hasTalked && index % 2 === 0 ? ['promesa_de_pago'] : [],
    turns: hasTalked ? turnsOf(contact, times.startedAt!) : [],
    hasRecording: hasTalked,
    ...given,
    ...times,
    ...{ campaignId, status, type, contact },
  };
}

interface Times {
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

function timesOf(
  status: CallStatus,
  given: { createdAt: TimeInput; startedAt: TimeInput | undefined; endedAt: TimeInput | undefined },
): Times {
  const createdAt = timeOf(given.createdAt);
  const isAnswered = ['ended', 'in-progress', 'forwarding'].includes(status);
  const startedAt = given.startedAt ?? (isAnswered ? createdAt + 6_000 : undefined);
  const isOpen = OPEN_STATUSES.includes(status);
  const end = startedAt === undefined ? createdAt + 20_000 : timeOf(startedAt) + SECONDS * 1_000;
  const endedAt = given.endedAt ?? (isOpen ? undefined : end);
  return {
    createdAt,
    startedAt: startedAt === undefined ? undefined : timeOf(startedAt),
    endedAt: endedAt === undefined ? undefined : timeOf(endedAt),
  };
}

function turnsOf(contact: Contact, startedAt: number): Turn[] {
  return conversationWith(contact).map((text, index) => ({
    by: index % 2 === 0 ? 'AI' : 'EU',
    at: startedAt + 1_000 + index * 5_000,
    text,
  }));
}

/** In Altur's form, `cll_gBoLtd02pUI50QwXkFjB`. */
function callIdOf(index: number): string {
  const digest = createHash('sha256').update(`call ${index}`).digest('base64');
  return `cll_${digest.replace(/[^A-Za-z0-9]/g, '').slice(0, 20)}`;
}
