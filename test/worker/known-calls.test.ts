/** Which of the known calls are written, in which version, and what the ledger is told. */
import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from '@jest/globals';
import type { CallRecord, CrmAccount } from '../../connectors/connector.ts';
import type { CallEvent } from '../../src/altur/event.ts';
import { contentDigest, type Delivery } from '../../src/queue/job.ts';
import { type LedgerEntry, openLedger } from '../../src/queue/ledger.ts';
import { connectWorker } from '../../src/queue/redis.ts';
import {
  type CallInBatch,
  completeKnown,
  latestVersions,
  ledgerEntry,
} from '../../src/worker/known-calls.ts';

const redis = connectWorker({ nodes: [process.env.REDIS_URL!] });
afterAll(() => redis.quit());

const HERE = { id: '1', name: 'Here' };
const ELSEWHERE = { id: '2', name: 'Elsewhere' };
const RECORDS = { person: '7', call: '8' };
const record: CallRecord = { callId: 'cll_one', endedAt: 1, tasks: [], skippedFields: [] };

function callOf(fields: object, changes: Partial<Delivery> = {}): CallInBatch {
  const event = { event_type: 'on_call_end', id: 'cll_one', ...fields } as CallEvent;
  return { delivery: { event, digest: contentDigest(event), receivedAt: 100, ...changes }, record };
}
const webhook = (changes: Partial<Delivery> = {}) => callOf({ duration: 1 }, changes);
const rebuilt = (changes: Partial<Delivery> = {}) =>
  callOf({ transcript_unavailable: true }, { rewrite: true, receivedAt: 900, ...changes });

const entryOf = (call: CallInBatch, changes: Partial<LedgerEntry> = {}): LedgerEntry => {
  const { digest, receivedAt } = call.delivery;
  return { digest, receivedAt, syncedAt: 200, crm: 'memo', records: RECORDS, skippedFields: [], ...changes };
};

/** The call after the ledger was asked. */
async function known(call: CallInBatch, entry: LedgerEntry, ...[account]: [CrmAccount?]) {
  const ledger = openLedger(redis, randomUUID());
  await ledger.write(new Map([['cll_one', entry]]));
  await completeKnown(ledger, [call], account);
  return call;
}

test('what the ledger has is complete, unless an operator wants it written again', async () => {
  const entry = entryOf(webhook());
  expect((await known(webhook(), entry)).decision).toMatchObject({
    action: 'complete',
    summary: 'already synced',
  });
  const again = await known(webhook({ rewrite: true }), entry);
  expect([again.decision, again.record.existing]).toEqual([undefined, RECORDS]);
});

test('an older version is not written again, even if an operator wants it', async () => {
  const entry = entryOf(callOf({ duration: 2 }), { receivedAt: 500 });
  expect((await known(webhook({ rewrite: true }), entry)).decision).toMatchObject({ action: 'complete' });
});

test('an entry of another account says nothing; one without an account counts', async () => {
  const elsewhere = await known(webhook(), entryOf(webhook(), { account: ELSEWHERE }), HERE);
  expect([elsewhere.decision, elsewhere.record.existing, elsewhere.previous]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  for (const [entryAccount, account] of [
    [HERE, HERE],
    [undefined, HERE],
    [ELSEWHERE, undefined],
  ] as const) {
    const entry = entryOf(webhook(), entryAccount && { account: entryAccount });
    expect((await known(webhook(), entry, account)).decision).toMatchObject({ action: 'complete' });
  }
});

test('an event without a transcript overwrites no call, whether the ledger knows it or not', async () => {
  const call = await known(rebuilt(), entryOf(webhook()));
  expect(call.record).toMatchObject({ keepCall: true, existing: RECORDS });
  const unknown = rebuilt();
  await completeKnown(openLedger(redis, randomUUID()), [unknown], HERE);
  expect(unknown.record).toMatchObject({ keepCall: true });
});

test('lines of its texts are renewed where an operator asks for it, and else cost no request', async () => {
  const renewedLines = [{ field: 'body', marks: ['old'], line: 'new' }];
  for (const isAsked of [true, false]) {
    const call = rebuilt();
    const { rewrite: _, ...delivery } = call.delivery;
    call.delivery = { ...delivery, ...(isAsked && { rewrite: true }) };
    call.record = { ...call.record, call: { fields: [], renewedLines } };
    await completeKnown(openLedger(redis, randomUUID()), [call], HERE);
    expect(call.record.call?.renewedLines).toEqual(isAsked ? renewedLines : undefined);
  }
});

test('a call that the CRM has just said it lacks needs no further look, unless the ledger knows it by now', async () => {
  const absent = rebuilt({ absentAt: Date.now() - 60_000 });
  await completeKnown(openLedger(redis, randomUUID()), [absent], HERE);
  expect(absent.record.keepCall).toBeUndefined();
  const long = rebuilt({ absentAt: Date.now() - 2 * 3_600_000 });
  await completeKnown(openLedger(redis, randomUUID()), [long], HERE);
  expect(long.record).toMatchObject({ keepCall: true });
  const written = await known(rebuilt({ absentAt: Date.now() }), entryOf(webhook()));
  expect(written.record).toMatchObject({ keepCall: true, existing: RECORDS });
});

test('whatever a webhook says, earlier or later, wins against an event without a transcript', async () => {
  const [early, late] = [webhook({ receivedAt: 1 }), webhook({ receivedAt: 9_999 })];
  for (const call of [early, late]) {
    expect([...latestVersions([call, rebuilt()]).values()][0]!.delivery.event).toBe(call.delivery.event);
    expect([...latestVersions([rebuilt(), call]).values()][0]!.delivery.event).toBe(call.delivery.event);
    const after = await known(call, entryOf(rebuilt(), { rebuilt: true }));
    expect([after.decision, after.record.existing, after.record.keepCall]).toEqual([
      undefined,
      RECORDS,
      undefined,
    ]);
  }
});

test('an event rebuilt before a webhook was received and written is out of date, of the person too', async () => {
  const entry = entryOf(callOf({ duration: 2 }), { receivedAt: 901 });
  expect((await known(rebuilt(), entry)).decision).toMatchObject({ action: 'complete', result: 'known' });
  const byApi = entryOf(rebuilt(), { rebuilt: true, receivedAt: 901 });
  expect((await known(rebuilt(), byApi)).decision).toMatchObject({ action: 'complete', result: 'known' });
});

test('of two versions in a batch the later one is written, and again if the operator wanted either', () => {
  const [first, second] = [webhook({ rewrite: true }), callOf({ duration: 2 }, { receivedAt: 200 })];
  for (const calls of [
    [first, second],
    [second, first],
  ]) {
    const [written] = [...latestVersions(calls).values()];
    expect(written!.delivery).toEqual({ ...second.delivery, rewrite: true });
  }
});

const SYNCED = { status: 'synced', records: RECORDS, skippedFields: [] } as const;

test('the ledger keeps the version of the webhook while the CRM has its call', async () => {
  const call = await known(rebuilt(), entryOf(webhook()));
  const kept = ledgerEntry('memo', HERE, call, SYNCED);
  const { digest, receivedAt } = webhook().delivery;
  expect(kept).toMatchObject({ digest, receivedAt, account: HERE });
  expect([kept.rebuilt, kept.note]).toEqual([undefined, undefined]);

  const createdAgain = ledgerEntry('memo', HERE, call, { ...SYNCED, records: { person: '7', call: '9' } });
  expect(createdAgain).toMatchObject({ digest: call.delivery.digest, rebuilt: true });
  expect(createdAgain.note).toMatch(/no transcript/);
});
