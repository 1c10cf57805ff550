/** What a soak is asked to do. */
import { parseArgs } from 'node:util';

export type CrmName = 'hubspot' | 'salesforce';

export interface SoakOptions {
  readonly crm: CrmName;
  readonly events: number;
  /** In which they are sent, evenly. */
  readonly minutes: number;
  /** Who take turns at random. */
  readonly people: number;
  readonly workers: number;
  /** All events wait before the first worker starts, instead of being sent to the ingress. */
  readonly backlog: boolean;
  /** Of the documented size: only such a run is written into docs/. */
  readonly isFull: boolean;
}

const EVENTS = 100_000;
const MINUTES = 10;

export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      crm: { type: 'string', default: 'hubspot' },
      events: { type: 'string' },
      minutes: { type: 'string' },
      people: { type: 'string' },
      workers: { type: 'string', default: '2' },
      backlog: { type: 'string' },
    },
  });
  const { crm, backlog } = values;
  if (crm !== 'hubspot' && crm !== 'salesforce')
    throw new Error(`--crm is hubspot or salesforce, not ${crm}`);
  const events = countOf('events', backlog ?? values.events ?? `${EVENTS}`);
  const minutes = countOf('minutes', values.minutes ?? `${MINUTES}`);
  return {
    crm,
    events,
    minutes,
    people: countOf('people', values.people ?? `${Math.ceil(events / 5)}`),
    workers: countOf('workers', values.workers),
    backlog: backlog !== undefined,
    isFull: events === EVENTS && minutes === MINUTES,
  };
}

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (!(count > 0)) throw new Error(`--${name} is a number above 0, not ${text}`);
  return count;
}
