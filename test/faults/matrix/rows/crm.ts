/** The CRM as a whole in trouble. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CrmKind } from '../../../simulators/crm-process.ts';
import type { FaultRule } from '../../../simulators/kit/fault.ts';
import type { Row, RunningRow } from '../row.ts';

/** The rules apply to every request for the "minute". */
async function forAMinute(
  { world, sending, minuteMs }: RunningRow,
  rules: readonly FaultRule[],
): Promise<void> {
  await sending.reaches(0.3);
  await world.crm.install(rules);
  await delay(minuteMs);
  await world.crm.clearFaults();
}

/** Half of the answers each. */
function alternating(one: FaultRule, other: FaultRule): FaultRule[] {
  return [
    { ...one, every: 2, times: 'always' },
    { ...other, times: 'always' },
  ];
}

const rateLimited = (crm: CrmKind): FaultRule =>
  crm === 'hubspot'
    ? {
        kind: 'status',
        status: 429,
        times: 'always',
        body: { status: 'error', errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING', message: 'x' },
      }
    : {
        kind: 'status',
        status: 403,
        times: 'always',
        body: [
          {
            errorCode: 'REQUEST_LIMIT_EXCEEDED',
            message: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
          },
        ],
      };

/** HubSpot has no documented mode of this kind: its writes are answered 503, its reads work. */
async function readOnly(run: RunningRow): Promise<void> {
  const { world, sending, minuteMs } = run;
  if (world.crm.kind === 'hubspot') {
    const writes = 'batch/(upsert|create|update|associate)';
    return forAMinute(run, [{ kind: 'status', status: 503, path: writes, times: 'always' }]);
  }
  await sending.reaches(0.3);
  const statusCode = 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE';
  await world.crm.control('record-faults', { key: '*', statusCode, message: 'x' });
  await delay(minuteMs);
  await world.crm.control('clear-record-faults');
}

export const crmRows: readonly Row[] = [
  {
    name: 'crm-429',
    title: 'the CRM answers 429 (Salesforce: REQUEST_LIMIT_EXCEEDED) for a minute',
    during: (run) => forAMinute(run, [rateLimited(run.world.crm.kind)]),
  },
  {
    name: 'crm-5xx',
    title: 'the CRM answers 500, and its gateway 502, for a minute',
    during: (run) =>
      forAMinute(run, alternating({ kind: 'status', status: 500 }, { kind: 'html', status: 502 })),
  },
  { name: 'crm-read-only', title: 'the CRM can only be read for a minute', during: readOnly },
  {
    name: 'answers-lost',
    title: 'every tenth response is lost after the commit',
    prepare: ({ world }) => world.crm.install([{ kind: 'lost', nth: 10, every: 10, times: 'always' }]),
  },
  {
    name: 'requests-time-out',
    title: 'every tenth request times out after the commit (30 s)',
    patience: 4,
    prepare: ({ world }) => world.crm.install([{ kind: 'timeout', nth: 10, every: 10, times: 'always' }]),
  },
  {
    name: 'token-expires',
    title: 'the access token expires after 50 requests each (HubSpot: a 401 every 50 requests)',
    // HubSpot's tokens do not expire, so each 401 pauses the queue for a minute.
    patience: 3,
    simulator: (crm) => (crm === 'salesforce' ? { requestsPerToken: 50 } : {}),
    async prepare({ world }) {
      if (world.crm.kind !== 'hubspot') return;
      const body = { status: 'error', category: 'EXPIRED_AUTHENTICATION', message: 'x' };
      await world.crm.install([{ kind: 'status', status: 401, body, nth: 50, every: 50, times: 'always' }]);
    },
  },
  {
    name: 'credentials-wrong',
    title: 'the credentials are wrong for a minute',
    async during({ world: { crm }, sending, minuteMs }) {
      const isHubSpot = crm.kind === 'hubspot';
      const right = isHubSpot
        ? { token: crm.env.HUBSPOT_ACCESS_TOKEN }
        : { refuseTokens: false, clientSecret: crm.env.SALESFORCE_CLIENT_SECRET };
      await sending.reaches(0.3);
      await crm.control('settings', isHubSpot ? { token: 'x' } : { refuseTokens: true, clientSecret: 'x' });
      await delay(minuteMs);
      await crm.control('settings', right);
    },
  },
];
