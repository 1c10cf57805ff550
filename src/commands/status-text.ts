/** The status of a call as `status` prints it. */
import { accountText, type Unassigned } from '../../connectors/connector.ts';
import type { TimelineEntry, TimelineRequest } from '../monitoring/call-history.ts';
import type { CallStatus } from '../monitoring/call-status.ts';
import { fixFor } from '../monitoring/fixes.ts';
import { withCode } from '../queue/job-cause.ts';
import { commandLine, startLine } from './command-line.ts';
import { counted, recordText, timeText } from './texts.ts';

/** The first line says it; the others say more. */
export function statusLines(status: CallStatus): string[] {
  return [
    ...syncedLines(status),
    ...stateLines(status),
    ...deliveryLines(status),
    ...timelineLines(status.timeline),
  ];
}

function syncedLines({ synced, state }: CallStatus): string[] {
  if (!synced) return state === 'synced' ? ['synced: its records are no longer known here'] : [];
  const { at, crm, account, isOtherAccount, records, skippedFields, unassigned, note } = synced;
  const where = records.length > 0 ? records.map(recordText).join(', ') : 'no record';
  const lines = [`synced: ${timeText(at)} to ${crm}: ${where}${note === undefined ? '' : ` (${note})`}`];
  if (account) {
    const other = isOtherAccount ? ': NOT the account that this service is connected to now' : '';
    lines.push(`  in the account ${accountText(account)}${other}`);
  }
  for (const { object, url } of records) if (url !== undefined) lines.push(`  ${object}: ${url}`);
  if (unassigned) lines.push(`  without a person: ${UNASSIGNED_TEXTS[unassigned]} [${unassigned}]`);
  for (const { object, field, code, reason } of skippedFields) {
    lines.push(`  skipped field: ${object}.${field}: ${withCode(reason, code)}`, ...fixLines(fixFor(code)));
  }
  return lines;
}

export const UNASSIGNED_TEXTS: Readonly<Record<Unassigned, string>> = {
  NO_IDENTITY: 'the event names nobody',
  NO_MATCH: 'nobody in the CRM matches',
  SEVERAL_MATCHES: 'several people in the CRM match',
};

function stateLines(status: CallStatus): string[] {
  const { state, callId, cause, skippedBy, synced } = status;
  const lead = `${synced ? 'changed since, ' : ''}${LEADS[state]}`;
  const received = status.receivedAt === undefined ? '' : `: received ${timeText(status.receivedAt)}`;
  switch (state) {
    case 'synced':
      return [];
    case 'unknown':
      return [
        'unknown: no call with this id arrived here, or more than 30 days ago',
        status.refused
          ? '  if Altur sent what was refused, see below, the secrets differ: compare ALTUR_WEBHOOK_SECRET with the secret in Altur, then have Altur send it again'
          : '  check that Altur’s webhook points here, and the deliveries Altur shows for it',
        `  with ALTUR_API_KEY, ${commandLine('resync', callId)} reads it from Altur, and ${commandLine('reconcile')} finds all of its kind`,
      ];
    case 'skipped':
      return [`${lead}${received}: by the rule of the mapping: ${skippedBy ?? 'calls'}`];
    case 'dead-letter': {
      const reason = cause ? `: ${withCode(cause.reason, cause.code)}` : '';
      const isInQueue = cause?.code !== 'DISCARDED' && cause?.code !== 'JOB_GONE';
      const retry = isInQueue ? [`  after the fix: ${commandLine('failed', 'retry', callId)}`] : [];
      return [`${lead}${received}${reason}`, ...fixLines(cause?.fix), ...retry];
    }
    default:
      return [
        `${lead}${received}${retryText(status)}${waitingText(status)}`,
        ...fixLines(cause?.fix ?? status.waiting?.pause?.fix),
      ];
  }
}

const LEADS: Readonly<Record<CallStatus['state'], string>> = {
  synced: 'synced',
  skipped: 'skipped',
  queued: 'queued',
  retrying: 'retrying',
  'being-written': 'being written',
  'dead-letter': 'dead letter',
  unknown: 'unknown',
};

function fixLines(fix: string | undefined): string[] {
  return fix === undefined ? [] : [`    → ${fix}`];
}

function retryText({ retry, cause }: CallStatus): string {
  if (!retry) return '';
  const attempts = retry.attempts > 0 ? `, ${retry.attempts} of ${retry.of} attempts made` : '';
  const next = retry.nextAt === undefined ? '' : `, next at ${timeText(retry.nextAt)}`;
  return `${attempts}${next}${cause ? `: ${withCode(cause.reason, cause.code)}` : ''}`;
}

function waitingText({ waiting }: CallStatus): string {
  if (!waiting) return '';
  const { position, waiting: count, oldestWaitingSince, workersAlive, pause } = waiting;
  const place = position === undefined ? '' : `, number ${position} of ${count} waiting`;
  const oldest = oldestWaitingSince === undefined ? '' : `, the oldest since ${timeText(oldestWaitingSince)}`;
  const paused = pause
    ? `; the queue is paused: ${withCode(pause.reason, pause.code)}, next attempt at ${timeText(pause.until)}`
    : '';
  return `${place}${oldest}; ${workersText(workersAlive)}${paused}`;
}

function workersText(count: number): string {
  if (count === 0) return `NO WORKER is running: start one with ${startLine('worker')}`;
  return `${counted(count, 'worker')} ${count === 1 ? 'is' : 'are'} running`;
}

function deliveryLines({ duplicates, refused }: CallStatus): string[] {
  const lines: string[] = [];
  if (duplicates > 0) lines.push(`delivered again with the same content: ${timesText(duplicates)}`);
  if (refused) {
    const { count, lastAt } = refused;
    lines.push(
      `unverified: ${timesText(count)} something with this call id was delivered with a wrong signature, and refused; last at ${timeText(lastAt)} [WEBHOOK_UNSIGNED]`,
    );
  }
  return lines;
}

const timesText = (count: number) => (count === 1 ? 'once' : `${count} times`);

function timelineLines(timeline: readonly TimelineEntry[]): string[] {
  if (timeline.length === 0) return [];
  return ['history:', ...timeline.flatMap(entryLines)];
}

function entryLines(entry: TimelineEntry): string[] {
  const { at, event, code, reason, times, nextAt, batchSize = 1, requests = [] } = entry;
  const why = reason === undefined ? (code ?? '') : withCode(reason, code);
  const details = [
    `${event}${times === undefined ? '' : ` (${timesText(times)})`}${why === '' ? '' : `: ${why}`}`,
    ...(nextAt === undefined ? [] : [`next at ${timeText(nextAt)}`]),
    ...(batchSize > 1 ? [`with ${batchSize - 1} other ${batchSize === 2 ? 'call' : 'calls'}`] : []),
  ];
  return [
    `  ${timeText(at)}  ${details.join(', ')}`,
    ...requests.map((each) => `      ${requestText(each)}`),
  ];
}

function requestText({ method, endpoint, status, ms }: TimelineRequest): string {
  return `${method} ${endpoint}  ${status ?? 'no response'}, ${ms} ms`;
}
