/** A CRM of a few lines rejects what the test says; the writer gives each row its own result. */
import { describe, expect, test } from '@jest/globals';
import { CrmError } from '../../../connectors/connector.ts';
import { CrmHealth } from '../../../connectors/engine/rows/crm-health.ts';
import type { Rejection } from '../../../connectors/engine/rows/rejection.ts';
import { RequestBudget } from '../../../connectors/engine/rows/request-budget.ts';
import type { Row } from '../../../connectors/engine/rows/row.ts';
import type { RowResponse, RowSender } from '../../../connectors/engine/rows/row-sender.ts';
import { RowWriter } from '../../../connectors/engine/rows/row-writer.ts';

function row(n: number, changes: Partial<Row> = {}): Row {
  const key = `cll_${n}`;
  const fields = { key, title: `Call ${n}`, mood: 'good' };
  return { name: `call ${key}`, object: 'call', operation: 'upsert', key, fields, skipped: [], ...changes };
}
const rows = (count: number) => Array.from({ length: count }, (_, n) => row(n));
const rejection = (changes: Partial<Rejection> = {}): Rejection => {
  return { kind: 'permanent', code: 'NO', fields: [], ...changes };
};

interface Crm {
  /** The rejection of a row by itself. */
  readonly rejects?: (row: Row) => Rejection | undefined;
  /** The rejection of a request that holds such a row. */
  readonly rejectsWhole?: (row: Row) => Rejection | undefined;
  readonly omits?: (row: Row, request: number) => boolean;
  readonly sender?: Partial<RowSender>;
}

function write(sent: readonly Row[], crm: Crm, budget = new RequestBudget(), health = new CrmHealth()) {
  const requests: (readonly Row[])[] = [];
  const writer = new RowWriter(
    {
      crm: 'Test CRM',
      limits: {
        rowsPerGroup: 100,
        groupsPerRequest: 1,
        bytesPerRequest: 1_000_000,
        groupOf: ({ object, operation }) => `${object} ${operation}`,
      },
      requiredFields: () => ['key'],
      async send([group = []]) {
        requests.push(group);
        const whole = group.map((each) => crm.rejectsWhole?.(each)).find((each) => each !== undefined);
        if (whole) return [{ rejected: whole }];
        const responses = group.flatMap((each): [string, RowResponse][] => {
          if (crm.omits?.(each, requests.length)) return [];
          const rejected = crm.rejects?.(each);
          return [[each.name, rejected ? { status: 'rejected', rejection: rejected } : written(each)]];
        });
        return [{ rows: new Map(responses) }];
      },
      ...crm.sender,
    },
    { budget, health },
  );
  return writer.write(sent).then(() => ({ writer, requests, results: writer.results }));
}

const written = ({ key }: Row): RowResponse => ({ status: 'written', id: `id of ${key}` });
const isPoison = ({ key }: Row) => (key === 'cll_37' ? rejection() : undefined);

describe('a request that is rejected as a whole', () => {
  test('is bisected until the poison row is alone', async () => {
    const { results, requests } = await write(rows(100), { rejectsWhole: isPoison });
    const rejected = [...results].filter(([, { status }]) => status === 'rejected').map(([name]) => name);
    expect(rejected).toEqual(['call cll_37']);
    expect(results.size).toBe(100);
    expect(requests.length).toBeLessThanOrEqual(15);
  });

  test('because of a lock is not sent again in this batch', async () => {
    const locked = rejection({ kind: 'temporary', code: 'LOCKED' });
    const { results, requests } = await write(rows(50), { rejectsWhole: () => locked });
    expect(requests).toHaveLength(1);
    expect(new Set([...results.values()].map((each) => each.status))).toEqual(new Set(['rejected']));
  });

  test('because of tasks that are rejected while calls are written is bisected: each task has its own result', async () => {
    const task = (n: number) => row(n, { object: 'task', name: `task ${n}` });
    const tasks = Array.from({ length: 16 }, (_, n) => task(n));
    const { results } = await write([...rows(16), ...tasks], {
      rejectsWhole: ({ object, key }) => (object === 'task' && /_[0-5]$/.test(key) ? rejection() : undefined),
    });
    const rejected = [...results].filter(([, { status }]) => status === 'rejected').map(([name]) => name);
    expect(rejected).toEqual(['task 0', 'task 1', 'task 2', 'task 3', 'task 4', 'task 5']);
  });

  test('because of a field that does not exist is sent once more without it, by all rows', async () => {
    const missing = rejection({ kind: 'field-missing', code: 'NO_FIELD', fields: ['mood'] });
    const crm = { rejectsWhole: ({ fields }: Row) => ('mood' in fields ? missing : undefined) };
    const { writer, results, requests } = await write(rows(100), crm);
    expect(requests).toHaveLength(2);
    expect([...results.values()].every((each) => each.status === 'written')).toBe(true);
    expect(results.get('call cll_0')).toMatchObject({ skipped: [{ field: 'mood', code: 'FIELD_REJECTED' }] });
    expect(writer.sawMissingField).toBe(true);
  });

  test('because of a key field that does not exist stops the batch: without it records would be doubled', async () => {
    const missing = rejection({ kind: 'field-missing', code: 'NO_FIELD', fields: ['key'] });
    const error = await write(rows(3), { rejectsWhole: () => missing }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CrmError);
    expect(error).toMatchObject({ kind: 'unauthorized', code: 'KEY_FIELD_MISSING' });
  });

  test('again and again, with a code of its own for each row, costs no more than the budget', async () => {
    const crm = { rejectsWhole: ({ key }: Row) => rejection({ code: `NO_${key}` }) };
    const { results, requests } = await write(rows(100), crm);
    expect(requests.length).toBeLessThanOrEqual(60);
    const kinds = Map.groupBy(results.values(), (each) =>
      each.status === 'rejected' ? each.rejection.kind : each.status,
    );
    expect([...kinds.keys()].toSorted()).toEqual(['not-tried', 'permanent']);
    expect(results.size).toBe(100);
    // A later batch gets on: some rows have their result.
    expect(kinds.get('permanent')!.length).toBeGreaterThan(20);
  });

  test('with one code for everybody is not looked for in each row', async () => {
    const { results, requests } = await write(rows(100), { rejectsWhole: () => rejection() });
    expect(requests.length).toBeLessThanOrEqual(20);
    expect([...results.values()].every((each) => each.status === 'rejected')).toBe(true);
  });

  test('leaves rows that were not tried alone to a later batch, unless it is everybody', async () => {
    const { results } = await write(rows(6), {
      rejectsWhole: ({ key }) => (/_[0-3]$/.test(key) ? rejection() : undefined),
    });
    const presumed = [...results].flatMap(([name, result]) =>
      result.status === 'rejected' && result.rejection.presumed ? name : [],
    );
    expect(presumed).toEqual(['call cll_3', 'call cll_4', 'call cll_5']);
  });
});

describe('rows that are all rejected alike, each by itself', () => {
  /** Automation of the CRM that takes this many rows at once. */
  const notBulkSafe = (most: number): Crm['sender'] => ({
    async send([group = []]) {
      const responses = group.map((each): [string, RowResponse] => [
        each.name,
        group.length > most ? { status: 'rejected', rejection: rejection({ code: 'LIMIT' }) } : written(each),
      ]);
      return [{ rows: new Map(responses) }];
    },
  });
  const counted = (sender: NonNullable<Crm['sender']>) => {
    const sizes: number[] = [];
    const send: RowSender['send'] = (groups, signal) => {
      sizes.push(groups.flat().length);
      return sender.send!(groups, signal);
    };
    return { sizes, sender: { ...sender, send } };
  };

  test('are sent in smaller groups until one is accepted, and that size is kept for the next batch', async () => {
    const health = new CrmHealth();
    const { sizes, sender } = counted(notBulkSafe(30)!);
    const { results } = await write(rows(100), { sender }, new RequestBudget(), health);
    expect([...results.values()].every((each) => each.status === 'written')).toBe(true);
    expect(sizes).toEqual([100, 50, 25, 25, 25, 25]);
    sizes.length = 0;
    await write(rows(60), { sender }, new RequestBudget(), health);
    expect(sizes).toEqual([25, 25, 10]);
  });

  test('down to one at a time', async () => {
    const { sizes, sender } = counted(notBulkSafe(1)!);
    const { results } = await write(rows(4), { sender });
    expect([...results.values()].every((each) => each.status === 'written')).toBe(true);
    expect(sizes).toEqual([4, 2, 1, 1, 1, 1]);
  });

  test('also when they are alone keep that rejection, for a handful of requests', async () => {
    const { sizes, sender } = counted(notBulkSafe(0)!);
    const { results } = await write(rows(100), { sender });
    expect([...results.values()].every((each) => each.status === 'rejected')).toBe(true);
    expect(sizes.length).toBeLessThanOrEqual(8);
  });
});

describe('a row', () => {
  test('loses the fields that are rejected, its neighbours keep theirs', async () => {
    const crm: Crm = {
      rejects: ({ key, fields }) =>
        key === 'cll_1' && 'mood' in fields ? rejection({ kind: 'field', fields: ['mood'] }) : undefined,
    };
    const { results, requests } = await write(rows(3), crm);
    expect(requests.map((each) => each.length)).toEqual([3, 1]);
    expect(results.get('call cll_1')).toMatchObject({ status: 'written', skipped: [{ field: 'mood' }] });
    expect(results.get('call cll_2')).toMatchObject({ status: 'written', skipped: [] });
  });

  test('never loses a required field', async () => {
    const crm = { rejects: () => rejection({ kind: 'field', fields: ['key'] }) };
    const { results, requests } = await write(rows(1), crm);
    expect(requests).toHaveLength(1);
    expect(results.get('call cll_0')).toMatchObject({ status: 'rejected', rejection: { kind: 'field' } });
  });

  test('that is not reported is sent once more', async () => {
    const { results, requests } = await write(rows(3), {
      omits: ({ key }, nth) => key === 'cll_1' && nth === 1,
    });
    expect(requests.map((each) => each.map(({ key }) => key))).toEqual([
      ['cll_0', 'cll_1', 'cll_2'],
      ['cll_1'],
    ]);
    expect(results.get('call cll_1')).toMatchObject({ status: 'written' });
  });

  test('that is not reported twice is left to a later batch', async () => {
    const { results, requests } = await write(rows(2), { omits: ({ key }) => key === 'cll_1' });
    expect(requests).toHaveLength(2);
    expect(results.get('call cll_1')).toMatchObject({ rejection: { kind: 'unreported' } });
  });

  test('without a key that makes it harmless is not sent again', async () => {
    const created = [row(0, { operation: 'create' })];
    const { results, requests } = await write(created, { omits: () => true });
    expect(requests).toHaveLength(1);
    expect(results.get('call cll_0')).toMatchObject({ rejection: { kind: 'unreported' } });
  });

  test('that exists already is done when it is an activity', async () => {
    const exists = rejection({ kind: 'exists', code: 'DUPLICATE_VALUE', id: '7' });
    const { results } = await write([row(0, { operation: 'create' })], { rejects: () => exists });
    expect(results.get('call cll_0')).toEqual({
      status: 'written',
      id: '7',
      skipped: [],
      alreadyThere: true,
    });
  });

  test('sent twice under one name is written as the last one says', async () => {
    const later = row(0, { fields: { key: 'cll_0', title: 'later' } });
    const { requests } = await write([row(0), later], {});
    expect(requests).toEqual([[later]]);
  });
});

test('an activity whose person is sent again goes with it', async () => {
  const person = row(0, { name: 'person a', object: 'person', key: 'a', fields: { key: 'a', mood: 'x' } });
  const call = row(1, { parent: 'person a', parentKey: 'a' });
  let personIsThere = false;
  const limits = {
    rowsPerGroup: 10,
    groupsPerRequest: 5,
    bytesPerRequest: 1e6,
    groupOf: ({ object }: Row) => object,
  };
  const respond = (each: Row): RowResponse => {
    if (each.object === 'person') {
      personIsThere = !('mood' in each.fields);
      return personIsThere
        ? written(each)
        : { status: 'rejected', rejection: rejection({ kind: 'field', fields: ['mood'] }) };
    }
    return personIsThere
      ? written(each)
      : { status: 'rejected', rejection: rejection({ kind: 'parent-missing' }) };
  };
  const { results } = await write([person, call], {
    sender: {
      limits,
      send: async (groups) =>
        groups.map((group) => ({ rows: new Map(group.map((each) => [each.name, respond(each)])) })),
    },
  });
  expect(results.get('person a')).toMatchObject({ status: 'written', skipped: [{ field: 'mood' }] });
  expect(results.get('call cll_1')).toMatchObject({ status: 'written' });
});
