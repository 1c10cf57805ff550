import { describe, expect, test } from '@jest/globals';
import { rowsOf, runRows, shuffled, splitOutcomes } from './kit/batch.ts';
import { Table } from './kit/table.ts';
import { Transactions } from './kit/transactions.ts';
import { otherHolder, repeated, ValueClaims } from './kit/unique-keys.ts';

interface Pet {
  readonly id: string;
  readonly name: string | null;
  readonly isDeleted?: boolean;
}

function petTable(changed?: (id: string, pet: Pet | undefined) => void): Table<Pet> {
  const schema = {
    key: (id: string) => id.toLowerCase(),
    idOf: ({ id }: Pet) => id,
    valueOf: ({ name }: Pet) => name,
    comparable: (_: string, value: unknown) => String(value).toLowerCase(),
    isDeleted: ({ isDeleted }: Pet) => isDeleted === true,
  };
  return new Table(schema, changed);
}

describe('a table', () => {
  const ana = { id: 'A', name: 'Ana' };

  test('finds a record by id and by value, each in its comparable form', () => {
    const table = petTable();
    table.put(ana);
    expect([table.get('a'), table.matches('name', 'ANA'), table.matches('name', null)]).toEqual([
      ana,
      [ana],
      [],
    ]);
  });

  test('follows a changed value, before and after the field is indexed', () => {
    const table = petTable();
    table.put({ ...ana, name: 'Eva' });
    table.put(ana);
    expect(table.matches('name', 'eva')).toEqual([]);
    table.put({ ...ana, name: 'Leo' });
    expect([table.matches('name', 'ana'), table.matches('name', 'leo').length]).toEqual([[], 1]);
  });

  test('keeps a soft-deleted record, found by id only', () => {
    const table = petTable();
    table.put(ana);
    table.put({ ...ana, isDeleted: true });
    expect([table.get('A')?.isDeleted, table.list(), table.matches('name', 'ana')]).toEqual([true, [], []]);
  });

  test('reports changes and removals', () => {
    const changes: (string | undefined)[] = [];
    const table = petTable((_, pet) => changes.push(pet?.name ?? undefined));
    table.put(ana);
    expect([table.remove('A'), table.remove('A'), changes]).toEqual([true, false, ['Ana', undefined]]);
  });

  test('undoes a write', () => {
    const table = petTable();
    const undoCreate = table.put(ana);
    const undoUpdate = table.put({ ...ana, name: 'Eva' });
    undoUpdate();
    expect(table.matches('name', 'ana')).toEqual([ana]);
    undoCreate();
    expect([table.get('A'), table.matches('name', 'ana')]).toEqual([undefined, []]);
  });
});

describe('a transaction', () => {
  const setUp = () => {
    const table = petTable();
    const transactions = new Transactions();
    const add = (id: string) => transactions.record(table.put({ id, name: id }));
    return { transactions, add, ids: () => table.list().map(({ id }) => id) };
  };

  test('is rolled back when its result counts as failed, and when it throws', () => {
    const { transactions, add, ids } = setUp();
    transactions.run(
      () => add('kept'),
      () => false,
    );
    transactions.run(
      () => add('failed'),
      () => true,
    );
    const fail = () => {
      add('thrown');
      throw new Error('no');
    };
    expect(() => transactions.run(fail, () => false)).toThrow('no');
    expect(ids()).toEqual(['kept']);
  });

  test('is rolled back with the one around it', () => {
    const { transactions, add, ids } = setUp();
    transactions.run(
      () =>
        transactions.run(
          () => add('inner'),
          () => false,
        ),
      () => true,
    );
    expect(ids()).toEqual([]);
  });
});

describe('the rows of a batch', () => {
  test('must be a list within the limit', () => {
    const limits = {
      max: 1,
      notAList: () => new Error('no list'),
      tooMany: (n: number) => new Error(`${n} rows`),
    };
    expect(rowsOf([1], limits)).toEqual([1]);
    expect(() => rowsOf({}, limits)).toThrow('no list');
    expect(() => rowsOf([1, 2], limits)).toThrow('2 rows');
  });

  test('are rejected one by one, or as a whole by any other error', () => {
    const work = (row: number) => {
      if (row < 0) throw new RangeError(`row ${row}`);
      if (row === 0) throw new TypeError('request');
      return row * 2;
    };
    const isRange = (error: unknown): error is RangeError => error instanceof RangeError;
    const { results, rejected } = splitOutcomes(runRows([1, -1, 2], work, isRange));
    expect([results, rejected]).toEqual([[2, 4], [{ row: -1, rejection: new RangeError('row -1') }]]);
    expect(() => runRows([1, 0], work, isRange)).toThrow('request');
  });

  test('are shuffled the same way in every run', () => {
    const rows = Array.from({ length: 20 }, (_, index) => index);
    expect(shuffled(rows, 1)).not.toEqual(rows);
    expect(shuffled(rows, 1)).toEqual(shuffled(rows, 1));
    expect(shuffled(rows, 1).toSorted((a, b) => a - b)).toEqual(rows);
  });
});

describe('a unique value', () => {
  test('is held by another record or claimed by an earlier row', () => {
    const table = petTable();
    table.put({ id: 'A', name: 'Ana' });
    const isA = ({ id }: Pet) => id === 'A';
    expect(otherHolder(table, 'name', 'ana', isA)).toBeUndefined();
    expect(otherHolder(table, 'name', 'ana', () => false)?.id).toBe('A');
    const claims = new ValueClaims();
    claims.add('name', 'Eva', 'B');
    expect([claims.holder('name', 'Eva'), claims.holder('name', 'Leo')]).toEqual(['B', undefined]);
  });

  test('is repeated from its second row on; rows without one do not count', () => {
    expect(repeated(['a', undefined, 'b', 'a', undefined, 'a'], (value) => value)).toEqual(['a', 'a']);
  });
});
