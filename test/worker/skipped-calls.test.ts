/** A call that the mapping skips, in the ledger: found by `status`, and written properly once it is not skipped. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import type { CallRecord, Connector, CrmSchema, Outcome } from '../../connectors/connector.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { openLedger } from '../../src/queue/ledger.ts';
import { connectWorker } from '../../src/queue/redis.ts';
import { syncBatch } from '../../src/worker/sync-batch.ts';
import { recordingLog } from '../recording-log.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
afterAll(() => redis.quit());

const schema: CrmSchema = { person: new Map(), call: new Map(), task: new Map() };
const account = { id: '77', name: 'Portal' };

let crm: string;
let records: CallRecord[];
let log: ReturnType<typeof recordingLog>;
let answer: Outcome | undefined;
beforeEach(() => {
  answer = undefined;
  crm = randomUUID();
  records = [];
  log = recordingLog();
});

function sync(status: string, receivedAt: number, mapping: string) {
  const connector = {
    name: crm,
    batchSize: 10,
    maxInFlight: 1,
    schema: async () => schema,
    async sync(batch: readonly CallRecord[]): Promise<Outcome[]> {
      records.push(...batch);
      return batch.map(
        () =>
          answer ?? { status: 'synced', records: { call: '8' }, skippedFields: [], unassigned: 'NO_MATCH' },
      );
    },
  } as unknown as Connector;
  const parts = {
    connector,
    mapping: compileMapping(loadMapping(mapping, 'test'), {
      defaultCountry: 'MX',
      timeZone: 'UTC',
      language: 'en',
    }),
    ledger: openLedger(redis, crm),
    redis,
    log,
    account: () => account,
  };
  const event = { event_type: 'on_call_end', id: 'cll_one', status } as CallEvent;
  const delivery = { event, digest: status, receivedAt };
  return syncBatch(parts, [delivery], new AbortController().signal);
}

const entry = async () => (await openLedger(redis, crm).read(['cll_one']))[0]!;
const SKIP = 'calls: [{ outcome: connected, do: log }, { outcome: [busy, no-answer], do: skip }]';
const RULE = 'calls, rule 2: { outcome: [busy, no-answer], do: skip }';

test('the ledger holds the rule that skipped a call, and so does the log', async () => {
  expect(await sync('busy', 1, SKIP)).toMatchObject([
    { action: 'complete', result: 'skipped', skippedBy: RULE },
  ]);
  expect(await entry()).toMatchObject({ digest: 'busy', receivedAt: 1, skippedBy: RULE, records: {} });
  expect(log.entries).toMatchObject([
    { message: 'call skipped by the mapping', fields: { callId: 'cll_one', skippedBy: RULE } },
  ]);
  expect(records).toEqual([]);
});

test('a call that is not written because no person was found is skipped, not synced', async () => {
  const note = 'several people match and the mapping says onMany: skip';
  answer = { status: 'synced', records: {}, skippedFields: [], unassigned: 'SEVERAL_MATCHES', note };
  const skipped = { skippedBy: `match: ${note}`, unassigned: 'SEVERAL_MATCHES' };
  expect(await sync('ended', 1, SKIP)).toMatchObject([{ action: 'complete', result: 'skipped', ...skipped }]);
  expect(await entry()).toMatchObject({ records: {}, ...skipped });
  expect(log.entries).toMatchObject([{ message: 'call skipped by the mapping', fields: skipped }]);
  // The next delivery is decided again.
  answer = undefined;
  expect(await sync('ended', 1, SKIP)).toMatchObject([{ action: 'complete', result: 'synced' }]);
});

test('a later version that is not skipped is written as a new call', async () => {
  await sync('busy', 1, SKIP);
  await sync('ended', 2, SKIP);
  expect(records).toHaveLength(1);
  expect(records[0]).not.toHaveProperty('existing');
  expect(await entry()).toMatchObject({
    digest: 'ended',
    records: { call: '8' },
    account,
    unassigned: 'NO_MATCH',
  });
  expect(await entry()).not.toHaveProperty('skippedBy');
});

test('the same version is written once the mapping no longer skips it', async () => {
  await sync('busy', 1, SKIP);
  await sync('busy', 1, 'calls: [{ do: log }]');
  expect(records).toHaveLength(1);
  expect(await entry()).not.toHaveProperty('skippedBy');
});

test('a later version that is skipped keeps the records of the version that was written, for the next one', async () => {
  await sync('ended', 1, SKIP);
  const { syncedAt } = await entry();
  await sync('busy', 2, SKIP);
  expect(await entry()).toMatchObject({ digest: 'busy', skippedBy: RULE, syncedAt, records: { call: '8' } });
  await sync('failed', 3, SKIP);
  expect(records.at(-1)).toMatchObject({ existing: { call: '8' } });
});

test('a version that was begun is not forgotten because a later one is skipped', async () => {
  await openLedger(redis, crm).begin([{ callId: 'cll_one', digest: 'ended' }]);
  await sync('busy', 2, SKIP);
  await sync('failed', 3, SKIP);
  expect(records[0]).toMatchObject({ possiblyWritten: true });
});

test('a version that arrives late, after a later one was skipped, is not written', async () => {
  await sync('busy', 2, SKIP);
  expect(await sync('ended', 1, SKIP)).toMatchObject([{ result: 'known' }]);
  expect(records).toEqual([]);
});
