/**
 * What every connector owes the core, run against each on its simulated CRM. A new connector calls
 * `describeContract` with a way to start its CRM and gets these cases for nothing.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type CallRecord,
  type Connector,
  CrmError,
  type CrmErrorKind,
  type FieldWrite,
  type Outcome,
  type Person,
} from '../../connectors/connector.ts';
import { phone } from './fixtures.ts';

export interface Harness {
  readonly connector: Connector;
  /** Person keys and call ids in the CRM; each as often as it is there. */
  people(): readonly string[];
  calls(): readonly string[];
  /** Calls that are linked to a person. */
  linked(): number;
  /** The next request that writes: done, but its answer is lost. */
  loseNextWrite(nth: number): void;
  /** Every request fails so until `mend`. */
  breakWith(failure: Exclude<CrmErrorKind, 'rejected'>): void;
  mend(): void;
  close(): Promise<void>;
}

export interface ContractFields {
  /** Fields of a valid person and call, in the CRM's own names. */
  person(n: number): readonly FieldWrite[];
  call(n: number): readonly FieldWrite[];
  /** A call the CRM refuses whatever is left out of it. */
  readonly refusedCall: readonly FieldWrite[];
  /** A field the CRM has not; undefined where it takes any. */
  readonly unknownField?: string;
  /** How many writing requests a batch takes. */
  readonly writes: number;
}

export function describeContract(name: string, fields: ContractFields, start: () => Promise<Harness>): void {
  describe(`${name} keeps the contract`, () => {
    let crm: Harness;
    beforeEach(async () => {
      crm = await start();
    });
    afterEach(() => crm.close());

    const record = (n: number, person = n): CallRecord => ({
      callId: `cll_${n}`,
      endedAt: n,
      person: personOf(person),
      call: { fields: fields.call(n) },
      tasks: [],
      skippedFields: [],
    });
    const personOf = (n: number): Person => ({
      key: `user_${n}`,
      hasExternalId: true,
      identities: [
        { by: 'key', value: `user_${n}` },
        { by: 'phone', phone: phone(n) },
      ],
      fields: fields.person(n),
    });
    const range = (count: number) => Array.from({ length: count }, (_, index) => record(index));
    const sync = (records: readonly CallRecord[], signal = new AbortController().signal) =>
      crm.connector.sync(records, signal);
    const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status);

    test('one outcome per record, in order', async () => {
      const records = range(5).toReversed();
      const outcomes = await sync(records);
      expect(statuses(outcomes)).toEqual(Array(5).fill('synced'));
      expect(crm.calls().toSorted()).toEqual(records.map(({ callId }) => callId).toSorted());
      expect(crm.people().toSorted()).toEqual(['user_0', 'user_1', 'user_2', 'user_3', 'user_4']);
      expect(crm.linked()).toBe(5);
    });

    test('a full batch', async () => {
      const records = range(crm.connector.batchSize);
      expect(new Set(statuses(await sync(records)))).toEqual(new Set(['synced']));
      expect(crm.calls()).toHaveLength(records.length);
    });

    test('an empty batch needs nothing', async () => {
      expect(await sync([])).toEqual([]);
    });

    test('several calls of one person are one person', async () => {
      await sync([record(1, 7), record(2, 7), record(3, 7)]);
      expect(crm.people()).toEqual(['user_7']);
      expect(crm.calls()).toHaveLength(3);
      expect(crm.linked()).toBe(3);
    });

    test('the same batch again changes nothing', async () => {
      await sync(range(3));
      expect(statuses(await sync(range(3)))).toEqual(['synced', 'synced', 'synced']);
      expect([crm.people().length, crm.calls().length, crm.linked()]).toEqual([3, 3, 3]);
    });

    test.each(Array.from({ length: fields.writes }, (_, index) => index + 1))(
      'an answer lost after write %d, then the same batch again: everything once',
      async (nth) => {
        crm.loseNextWrite(nth);
        await expect(sync(range(3))).rejects.toMatchObject({ kind: 'unavailable' });
        expect(statuses(await sync(range(3)))).toEqual(['synced', 'synced', 'synced']);
        expect([crm.people().length, crm.calls().length, crm.linked()]).toEqual([3, 3, 3]);
      },
    );

    test.each(['unavailable', 'rate_limited', 'unauthorized'] as const)(
      'a CRM that fails as a whole is %s, says so without personal data, and works again when mended',
      async (kind) => {
        await sync([record(1)]);
        crm.breakWith(kind);
        const error = await sync([record(2)]).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(CrmError);
        expect((error as CrmError).kind).toBe(kind);
        if (kind === 'rate_limited') expect((error as CrmError).retryAfterMs).toBeGreaterThan(0);
        for (const secret of ['user_2', '10000002', 'secret'])
          expect((error as CrmError).message).not.toContain(secret);
        crm.mend();
        expect(statuses(await sync([record(2)]))).toEqual(['synced']);
        expect(crm.calls()).toHaveLength(2);
      },
    );

    test('one bad record costs itself only', async () => {
      const records = range(5);
      records[2] = { ...records[2]!, call: { fields: fields.refusedCall } };
      const outcomes = await sync(records);
      expect(statuses(outcomes)).toEqual(['synced', 'synced', 'dead-letter', 'synced', 'synced']);
      expect(crm.calls().toSorted()).toEqual(['cll_0', 'cll_1', 'cll_3', 'cll_4']);
    });

    if (fields.unknownField !== undefined) {
      test('a bad field is left out and told, the rest is written', async () => {
        const bad: FieldWrite = { field: fields.unknownField!, value: 'x', when: 'always' };
        const spoiled = { ...personOf(1), fields: [...personOf(1).fields, bad] };
        const [outcome, other] = await sync([{ ...record(1), person: spoiled }, record(2)]);
        expect(outcome).toMatchObject({
          status: 'synced',
          skippedFields: [{ object: 'person', field: fields.unknownField, reason: expect.any(String) }],
        });
        expect(other).toMatchObject({ status: 'synced', skippedFields: [] });
        expect(crm.people().toSorted()).toEqual(['user_1', 'user_2']);
      });
    }

    test('a call of nobody is logged by itself', async () => {
      const { person: _, ...nobody } = record(1);
      expect(statuses(await sync([nobody]))).toEqual(['synced']);
      expect([crm.people().length, crm.calls().length]).toEqual([0, 1]);
    });

    test('what the mapping left out is told again', async () => {
      const skippedFields = [{ object: 'call' as const, field: 'x', code: 'X', reason: 'because' }];
      expect(await sync([{ ...record(1), skippedFields }])).toMatchObject([{ skippedFields }]);
    });

    test('an aborted batch ends as transient', async () => {
      const abort = new AbortController();
      abort.abort();
      await expect(sync(range(2), abort.signal)).rejects.toMatchObject({ kind: 'unavailable' });
    });

    test('closing while a batch is under way does not lose it', async () => {
      const syncing = sync(range(3));
      await crm.connector.close();
      expect(statuses(await syncing)).toEqual(['synced', 'synced', 'synced']);
    });
  });
}
