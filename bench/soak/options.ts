/** What a soak is asked to do. */
import { choiceFlag, countFlag, scriptFlags } from '../../test/script.ts';

const CRMS = ['hubspot', 'salesforce'] as const;
export type CrmName = (typeof CRMS)[number];

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
const WORKERS = 2;

/** Throws UsageError. */
export function readOptions(args: readonly string[]): SoakOptions {
  const flags = scriptFlags('soak', args, {
    crm: { type: 'string', default: 'hubspot' },
    events: { type: 'string', default: `${EVENTS}` },
    minutes: { type: 'string', default: `${MINUTES}` },
    people: { type: 'string' },
    workers: { type: 'string', default: `${WORKERS}` },
    backlog: { type: 'string' },
  });
  const { backlog } = flags;
  const events = backlog === undefined ? countFlag('events', flags.events) : countFlag('backlog', backlog);
  const minutes = countFlag('minutes', flags.minutes);
  const workers = countFlag('workers', flags.workers);
  const usual = Math.ceil(events / 5);
  const people = countFlag('people', flags.people ?? `${usual}`);
  return {
    crm: choiceFlag('crm', flags.crm, CRMS),
    events,
    minutes,
    people,
    workers,
    backlog: backlog !== undefined,
    isFull: events === EVENTS && minutes === MINUTES && workers === WORKERS && people === usual,
  };
}

export const HELP = `npm run soak -- [--crm ${CRMS.join('|')}] [--events N] [--minutes N] [--people N] [--workers N] [--backlog N]

  Sends ${EVENTS.toLocaleString('en')} events in ${MINUTES} minutes, of people who repeat, 2 % of them twice, through real processes and a real Redis
  into a simulated CRM with a real one's limits. Writes docs/soak.svg and docs/soak.md; a run of another size writes
  its page to the system's folder for temporary files.

  --crm CRM      which CRM is simulated; ${CRMS[0]} by default
  --events N     events that are sent; ${EVENTS} by default
  --minutes N    in which they are sent, evenly; ${MINUTES} by default
  --people N     a fifth of the events by default
  --workers N    ${WORKERS} by default
  --backlog N    so many calls wait before the workers start, instead of being sent
  --help, -h     print this

  Exit codes: 0 passed; 1 a call was lost or doubled, a request was rejected, or memory grew; 2 wrong arguments.
`;
