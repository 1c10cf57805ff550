/** Alerts in English. */
import { commandLine, startLine } from '../../connectors/connector.ts';
import type { AlertMessages } from './alert-messages.ts';

const count = (calls: number) => (calls === 1 ? '1 call' : `${calls} calls`);
const waits = (calls: number) =>
  calls === 1
    ? '1 call waits in the queue; it is not lost.'
    : `${calls} calls wait in the queue; none is lost.`;

export const ENGLISH: AlertMessages = {
  locale: 'en-GB',
  causes: {
    'redis-down': ({ reason, seenBy }) => ({
      title: 'Redis cannot be used',
      meaning: `${seenBy}: ${reason}. Events are answered 503, so Altur sends them again; no call is written.`,
      fix: 'Start Redis, or correct REDIS_URL.',
    }),
    'no-worker': ({ calls }) => ({
      title: 'No worker is running',
      meaning: `Events are accepted, but nothing is written to the CRM. ${waits(calls)}`,
      fix: `Start a worker: ${startLine('worker')}`,
    }),
    'crm-unauthorized': ({ crm, reason, calls }) => ({
      title: `${crm} rejects the credentials`,
      meaning: `${reason}. ${waits(calls)}`,
      fix: 'Correct the credentials or their rights. A change of rights is noticed within a minute; for a new token, restart the workers.',
    }),
    'crm-unavailable': ({ crm, reason, calls }) => ({
      title: `${crm} is not available`,
      meaning: `${reason}. ${waits(calls)}`,
      fix: `Nothing, unless it lasts: then see the status page of ${crm}. Writing goes on by itself.`,
    }),
    'crm-rate-limited': ({ crm, reason, calls, until }) => ({
      title: `${crm} takes no more requests for now`,
      meaning: `${reason}. ${waits(calls)}${until && ` It is tried again at ${until}.`}`,
      fix: 'See which integration uses the quota, or raise it. Writing goes on by itself.',
    }),
    'redis-nearly-full': ({ percent }) => ({
      title: `Redis is ${percent} % full`,
      meaning: 'From 80 % on, no more events are accepted.',
      fix: 'Raise maxmemory, or find out why the queue does not empty.',
    }),
    'signature-failures': ({ calls }) => ({
      title: 'Deliveries are refused: wrong signature',
      meaning: `${calls} in the last hour. Those from Altur are lost after five attempts.`,
      fix: 'Copy the signing secret from Altur’s webhook settings to ALTUR_WEBHOOK_SECRET. If it is right, somebody else sends them.',
    }),
    'oldest-waiting': ({ calls, age }) => ({
      title: 'Calls wait for a long time',
      meaning: `The oldest has waited ${age}. ${waits(calls)}`,
      fix: 'If many wait, start more workers; if they are tried again and again, the dashboard and the log say why.',
    }),
    'crm-quota': ({ crm, percent }) => ({
      title: `${percent} % of the daily requests to ${crm} are used`,
      meaning:
        'All its integrations share them. Batches are made fuller; when none are left, calls wait until the quota is renewed.',
      fix: 'See which integration uses the quota, or raise it.',
    }),
    'reconcile-failing': ({ reason, code }) => ({
      title: 'Calls are not compared with Altur',
      meaning: `${reason || code}. A call whose webhook never came is not found until it works again; webhooks are written all the same.`,
      fix: `Correct what it names; if Altur is down, nothing. To try it at once: ${commandLine('reconcile')}`,
    }),
    'dead-letters': ({ crm, code, reason, what, calls }) => ({
      title: `${count(calls)} rejected by ${crm}: ${code}${what && ` (${what})`}`,
      meaning: `${reason}. Dead letters wait until somebody acts.`,
      fix: `Fix the cause, then retry them on the dashboard or with: ${commandLine('failed', 'retry', '--all')}`,
    }),
  },
  over: (title, duration, calls) =>
    `Over: ${title}. It lasted ${duration}${calls > 0 ? ` and concerned ${count(calls)}` : ''}.`,
  missed: (title, duration, calls) =>
    `Over, and not told of before: ${title}. It lasted ${duration}${calls > 0 ? ` and concerned ${count(calls)}` : ''}.`,
  more: 'There are more alerts than messages in an hour: the rest is on the dashboard and in the log.',
};
