/** Value tables over lists, and fields that are written under conditions. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CrmField, FieldType, FieldValue } from '../../connectors/connector.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { compiled, event, hubspotSchema } from './crm-schema.ts';

interface Given {
  readonly tags?: readonly string[] | undefined;
  readonly data?: object;
  readonly type?: FieldType;
  readonly more?: Partial<CrmField>;
}

/** The value that the rule writes to a field of that type. */
function written(rule: string, { tags, data = {}, type = 'text', more = {} }: Given): FieldValue | undefined {
  const field = { name: 'f', label: 'F', type, createable: true, updateable: true, ...more };
  const schema = { ...hubspotSchema, person: new Map([...hubspotSchema.person, ['f', field]]) };
  const customer = { f_id: 'x', name: 'Ana', tags, extracted_data: data };
  const called = event({ campaign_user: customer, end_user: undefined });
  const { person } = compiled(`person: { f: ${rule} }`).toRecord(called, schema, 1);
  return person!.fields.find((each) => each.field === 'f')?.value;
}

describe('a table over a list', () => {
  const DO_NOT_CALL = '{ from: customer.tags, values: { do_not_call: true }, otherwise: false }';

  test.each([
    [['do_not_call'], true],
    [['do_not_call', 'dispute'], true],
    [['dispute', 'do_not_call'], true],
    [['dispute', 'Do_Not_Call', 'vip'], true],
    [['dispute'], false],
    [[], false],
    [undefined, undefined],
  ])('of the tags %j sets the do-not-call field to %s', (tags, value) => {
    expect(written(DO_NOT_CALL, { tags, type: 'boolean' })).toBe(value);
    expect(written(DO_NOT_CALL.replace('}, o', '}, as: boolean, o'), { tags })).toBe(
      value === undefined ? undefined : String(value),
    );
  });

  test('never says false for a list that holds the tag, whatever else it holds', () => {
    const others = fc.array(fc.constantFrom('callable', 'dispute', 'vip', 'x;y', '', ' ', 'true', 'false'));
    const rule =
      '{ from: customer.tags, values: { callable: false, do_not_call: true, DO_NOT_CALL: true }, otherwise: false }';
    const tag = fc.constantFrom('do_not_call', 'DO_NOT_CALL', 'Do_Not_Call', 'dó_nót_cáll', ' do_not_call ');
    fc.assert(
      fc.property(others, tag, others, (before, name, after) => {
        expect(written(rule, { tags: [...before, name, ...after], type: 'boolean' })).toBe(true);
      }),
    );
  });

  test('looks at the next path where the list is empty', () => {
    const rule =
      '{ from: [customer.tags, customer.extracted_data.Aviso], values: { baja: true }, otherwise: false }';
    expect(written(rule, { tags: [], data: { Aviso: 'baja' }, type: 'boolean' })).toBe(true);
    expect(written(rule, { tags: [], type: 'boolean' })).toBe(false);
  });

  test('reads a text such as `a;b` as the list it is', () => {
    const rule = '{ from: customer.extracted_data.Avisos, values: { baja: true }, otherwise: false }';
    expect(written(rule, { data: { Avisos: 'queja; baja' }, type: 'boolean' })).toBe(true);
    expect(written(rule, { data: { Avisos: 'queja' }, type: 'boolean' })).toBe(false);
    expect(
      written('{ from: customer.status, values: { a: 1 }, otherwise: 2 }', { tags: [] }),
    ).toBeUndefined();
  });

  test('gives a list field every entry, another field the first of the table', () => {
    const rule = '{ from: customer.tags, values: { vip: Gold, dispute: Cold, late: Cold }, otherwise: None }';
    const tags = ['late', 'dispute', 'other', 'VIP'];
    expect(written(rule, { tags, type: 'options' })).toEqual(['Gold', 'Cold']);
    expect(written(rule.replace('}, o', '}, when: append, o'), { tags })).toBe('Gold;Cold');
    expect(written(rule, { tags })).toBe('Gold');
    expect(written(rule, { tags, type: 'option' })).toBe('Gold');
    expect(written(rule, { tags: ['other'], type: 'options' })).toEqual(['None']);
    expect(written(rule, { tags: ['other'] })).toBe('None');
    expect(
      written('{ from: customer.tags, values: { vip: "A;B" } }', { tags: ['vip'], type: 'options' }),
    ).toEqual(['A', 'B']);
    const scores = '{ from: customer.tags, values: { vip: 10, late: 3 } }';
    expect(written(scores, { tags, type: 'number' })).toBe(10);
  });

  test('names no owner but the first that the table has', () => {
    const owner = 'owner: { from: customer.tags, values: { vip: 1, late: 2 }, otherwise: 3 }';
    const ownerFor = (tags: string[]) => {
      const called = event({ campaign_user: { f_id: 'x', tags } });
      const { call } = compiled(owner).toRecord(called, hubspotSchema, 1);
      return call!.fields.find(({ field }) => field === 'hubspot_owner_id')?.value;
    };
    expect([['late'], ['late', 'vip'], ['x']].map(ownerFor)).toEqual(['2', '1', '3']);
  });
});

test('of two entries that differ in case only, neither is guessed for a third way of writing', () => {
  const rule = '{ from: customer.extracted_data.A, values: { a: 1, A: 2 }, otherwise: 3 }';
  expect(['a', 'A', 'á', 'b'].map((A) => written(rule, { data: { A } }))).toEqual(['1', '2', undefined, '3']);
});

describe('a field with conditions', () => {
  const rule = '{ constant: true, any: [{ path: customer.tags, contains: do_not_call }] }';

  test.each([
    [['dispute', 'do_not_call', 'vip'], true],
    [['DO_NOT_CALL'], true],
    [['do_not_call_back'], undefined],
    [[], undefined],
    [undefined, undefined],
  ])('for the tags %j is %s', (tags, value) => {
    expect(written(rule, { tags, type: 'boolean' })).toBe(value);
  });

  test('is written when all of `all` and one of `any` hold, and keeps its other keys', () => {
    const both = `{ from: customer.name, default: nobody,
      all: [{ path: customer.tags, contains: a }, { path: customer.extracted_data.Monto, atLeast: 5 }],
      any: [{ path: customer.tags, contains: b }, { path: customer.tags, contains: c }] }`;
    expect(written(both, { tags: ['a', 'c'], data: { Monto: '5' } })).toBe('Ana');
    expect(written(both, { tags: ['a'], data: { Monto: '5' } })).toBeUndefined();
    expect(written(both, { tags: ['a', 'b'], data: { Monto: '4' } })).toBeUndefined();
  });

  test('is not reported as skipped when they do not hold', () => {
    const called = event({ campaign_user: { f_id: 'x', tags: [] } });
    const overrides = 'person: { missing: { constant: x, all: [{ path: customer.tags, contains: a }] } }';
    expect(compiled(overrides).toRecord(called, hubspotSchema, 1).skippedFields).toEqual([]);
  });

  test.each([
    ['{ path: customer.tags }', 'needs exactly one of'],
    ['{ path: customer.tgs, contains: a }', 'did you mean `customer.tags`?'],
    ['{ path: customer.tags, contains: " " }', 'must not be empty'],
    ['{ path: call.outcome, equals: bussy }', 'did you mean `busy`?'],
    ['{ path: customer.tags, contain: a }', 'did you mean `contains`?'],
    ['{ path: follow_up.due, exists: true }', 'in `task` only'],
  ])('the condition %s is an issue: %s', (condition, message) => {
    const load = () => loadMapping(`person:\n  f: { constant: 1, all: [${condition}] }`, 'my.yaml');
    expect(load).toThrow(message);
    expect(load).toThrow('my.yaml:2:');
  });
});

test('provision creates a field of yes and no for a table, or a constant, of these', () => {
  const overrides = `person:
  a: { from: customer.tags, values: { do_not_call: true }, otherwise: false }
  b: { constant: true, all: [{ path: customer.tags, contains: x }] }
  c: { from: customer.tags, values: { a: true, b: maybe } }
  d: { from: customer.tags, values: { a: true }, as: text }`;
  const types = compiled(overrides).fields.flatMap(({ name, type }) => (/^[a-d]$/.test(name) ? type : []));
  expect(types).toEqual(['boolean', 'boolean', 'text', 'text']);
});
