/** Answers that HubSpot was seen to give, and that a reader may fall for: small ones of our own, read by the real connector. */
import { describe, expect, test } from '@jest/globals';
import type { CrmError, Outcome } from '../../connectors/connector.ts';
import { closedAfterEach } from '../connectors/closing.ts';
import { always, personWithId, record, records } from '../connectors/fixtures.ts';
import { startPortal, statuses } from '../connectors/hubspot/portal.ts';
import { type HttpRequest, jsonResponse } from '../simulators/kit/http-message.ts';

const start = closedAfterEach(startPortal);

const TIMES = { startedAt: '2026-11-24T10:00:00.000Z', completedAt: '2026-11-24T10:00:00.100Z' };
const done = { status: 'COMPLETE', ...TIMES };

interface Input {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Answers the requests to this path; the rest of HubSpot is the simulator's. */
function answering(path: string, status: number, body: (inputs: readonly Input[]) => unknown, times = 99) {
  let left = times;
  return ({ url, body: text }: HttpRequest) => {
    if (!url.endsWith(path) || left === 0) return undefined;
    left -= 1;
    return jsonResponse(status, body((JSON.parse(text) as { inputs?: Input[] }).inputs ?? []));
  };
}

const CALLS = 'calls/batch/upsert';
const LINKS = 'calls/contacts/batch/associate/default';
const resultOf = ({ id, properties }: Input, index: number) => ({
  id: String(700 + index),
  properties,
  createdAt: TIMES.startedAt,
  updatedAt: TIMES.startedAt,
  archived: false,
  new: true,
  key: id,
});
const callOf = (outcome: Outcome | undefined) =>
  outcome?.status === 'synced' ? outcome.records.call : outcome?.status;

describe('a batch of writes', () => {
  test('whose results come in another order, without trace ids: each call has its own record', async () => {
    const shuffled = answering(CALLS, 200, (inputs) => ({
      ...done,
      results: inputs.map(resultOf).toReversed(),
    }));
    const { sync } = await start({
      gateway: (request) => shuffled(request) ?? answering(LINKS, 200, linked)(request),
    });
    expect((await sync(records(5))).map(callOf)).toEqual(['700', '701', '702', '703', '704']);
  });

  test('whose results hold HubSpot’s own properties, and an older time of change: what was sent counts', async () => {
    const own = { hs_object_source: 'INTEGRATION', hs_createdate: TIMES.startedAt, hs_call_app_id: null };
    const answer = answering(CALLS, 200, (inputs) => ({
      ...done,
      results: inputs.map((each, index) => ({
        ...resultOf(each, index),
        properties: { ...each.properties, ...own },
        updatedAt: '2021-01-01T00:00:00Z',
        url: 'https://app.hubspot.com/contacts/1/record/0-48/700',
      })),
    }));
    const { sync } = await start({
      gateway: (request) => answer(request) ?? answering(LINKS, 200, linked)(request),
    });
    const outcomes = await sync(records(2));
    expect(outcomes.map(callOf)).toEqual(['700', '701']);
    expect(outcomes).toMatchObject([{ skippedFields: [] }, { skippedFields: [] }]);
  });

  test('a 207 in which nothing succeeded, each error in another shape: every call has its own reason', async () => {
    const errors = ([first, second]: readonly Input[]) => [
      {
        status: 'error',
        category: 'VALIDATION_ERROR',
        message: 'x',
        context: { objectWriteTraceId: [second!.id] },
      },
      { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'y', context: { ids: [first!.id] } },
    ];
    const { sync, hubspot } = await start({
      gateway: answering(CALLS, 207, (inputs) => ({
        ...done,
        results: [],
        numErrors: 2,
        errors: inputs.length === 2 ? errors(inputs) : inputs.map(({ id }) => rejected(id)),
      })),
    });
    expect((await sync(records(2))).map(({ status }) => status)).not.toContain('synced');
    expect(hubspot.calls()).toEqual([]);
  });

  test('a 207 whose error has no context costs nobody’s call but the one it is about', async () => {
    const bare = { status: 'error', category: 'VALIDATION_ERROR', message: 'It cannot be.' };
    const poison = 'call-2';
    const { sync } = await start({
      gateway: (request) =>
        answering(CALLS, 207, (inputs) => {
          const good = inputs.filter(({ id }) => id !== poison);
          const bad = inputs.length - good.length;
          const errors = bad > 0 ? { numErrors: bad, errors: [bare] } : {};
          return {
            ...done,
            results: good.map((each) => resultOf(each, Number(each.id.slice(5)))),
            ...errors,
          };
        })(request) ?? answering(LINKS, 200, linked)(request),
    });
    const outcomes = await sync(records(4));
    expect(outcomes.map(({ status }) => status)).toEqual(['synced', 'dead-letter', 'synced', 'synced']);
  });

  test('a result without an id is not taken for a written record', async () => {
    const once = answering(
      CALLS,
      200,
      (inputs) => ({
        ...done,
        results: inputs.map((each, index) => ({
          ...resultOf(each, index),
          ...(index === 0 && { id: undefined }),
        })),
      }),
      1,
    );
    const { sync, hubspot } = await start({ gateway: once });
    const [first] = await sync(records(1));
    expect(first).toMatchObject({ status: 'synced', records: { call: hubspot.calls()[0]!.id } });
  });
});

describe('a search', () => {
  const SEARCH = 'contacts/search';

  test('with a total and no results has found nobody, and is not read on', async () => {
    const { sync, hubspot, asked } = await start({
      gateway: answering(SEARCH, 200, () => ({ total: 1, results: [] })),
    });
    expect(statuses(await sync(records(1)))).toEqual(['synced']);
    expect(hubspot.contacts()).toHaveLength(1);
    expect(asked().filter((each) => each.endsWith(SEARCH))).toEqual([]);
  });

  test('whose hit has another number by now has not found the person', async () => {
    const portal = await start({
      gateway: (request) =>
        answering(SEARCH, 200, () => ({
          total: 1,
          results: [{ id: portal.hubspot.contacts()[0]!.id, properties: {}, archived: false }],
        }))(request),
    });
    portal.hubspot.seed({ contacts: [{ firstname: 'Somebody', phone: '+525599999999' }] });
    expect(statuses(await portal.sync(records(1)))).toEqual(['synced']);
    expect(portal.hubspot.contacts()).toHaveLength(2);
    expect(portal.hubspot.contacts()[0]!.properties).not.toHaveProperty('altur_person_key');
  });

  test('a hit without an id is nobody', async () => {
    const { sync, hubspot, asked } = await start({
      gateway: answering(SEARCH, 200, () => ({ total: 1, results: [{ properties: {} }] })),
    });
    expect(statuses(await sync(records(1)))).toEqual(['synced']);
    expect(hubspot.contacts()).toHaveLength(1);
    // Of the key only: there is no hit to read.
    expect(asked().filter((each) => each.endsWith('contacts/batch/read'))).toHaveLength(1);
  });

  test('a hit that is gone by the time it is read is nobody', async () => {
    const { sync, hubspot } = await start({
      gateway: answering(SEARCH, 200, () => ({ total: 1, results: [{ id: '999', properties: {} }] })),
    });
    expect(statuses(await sync(records(1)))).toEqual(['synced']);
    expect(hubspot.contacts()).toHaveLength(1);
  });
});

describe('a refusal', () => {
  const message = 'You have reached your secondly limit.';
  test.each([
    ['with errorType and policyName', { errorType: 'RATE_LIMIT', policyName: 'SECONDLY', groupName: 'x' }],
    ['with a category only', { category: 'RATE_LIMITS' }],
  ])('429 %s, without Retry-After, waits a moment', async (_, keys) => {
    const { sync } = await start({
      gateway: answering(CALLS, 429, () => ({ status: 'error', message, correlationId: 'c', ...keys })),
    });
    const error = (await sync(records(1)).catch((cause) => cause)) as CrmError;
    expect(error).toMatchObject({ name: 'CrmError', kind: 'rate_limited', code: 'QUOTA_EXHAUSTED' });
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(1_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(15_000);
  });

  test.each([
    ['without category and correlation id', { status: 'error', message: 'Unable to do that' }],
    [
      'with an empty list of errors',
      { status: 'error', message: 'no', category: 'VALIDATION_ERROR', errors: [] },
    ],
    ['with null where lists are', { status: 'error', message: 'no', errors: null, context: null }],
  ])('400 %s makes the call a dead letter', async (_, body) => {
    const { sync } = await start({ gateway: answering(CALLS, 400, () => body) });
    expect(await sync(records(1))).toMatchObject([{ status: 'dead-letter' }]);
  });

  test('whose text lists more properties than its errors: all of them are skipped', async () => {
    const row = (name: string) => ({ isValid: false, message: 'bad', error: 'INVALID_OPTION', name });
    const { sync, hubspot } = await start({
      gateway: answering(
        CALLS,
        400,
        () => ({
          status: 'error',
          category: 'VALIDATION_ERROR',
          message: `Property values were not valid: ${JSON.stringify([row('hs_call_title'), row('hs_call_body')])}`,
          errors: [{ message: 'bad', code: 'INVALID_OPTION', context: { propertyName: ['hs_call_title'] } }],
        }),
        1,
      ),
    });
    const { call } = record(1);
    const fields = [...call!.fields, always('hs_call_body', 'text')];
    expect(await sync([record(1, { call: { fields } })])).toMatchObject([
      { status: 'synced', skippedFields: [{ field: 'hs_call_title' }, { field: 'hs_call_body' }] },
    ]);
    expect(hubspot.calls()[0]!.properties).not.toHaveProperty('hs_call_body');
  });
});

describe('links', () => {
  test('ids as numbers confirm them, from either end', async () => {
    const { sync, asked } = await start({
      gateway: answering(LINKS, 201, (inputs) => ({
        ...done,
        results: pairsOf(inputs).map(([from, to], index) =>
          index % 2 === 0
            ? { fromObjectId: Number(from), toObjectId: Number(to), labels: [] }
            : { fromObjectId: Number(to), toObjectId: Number(from), labels: [] },
        ),
      })),
    });
    expect(statuses(await sync(records(4)))).toEqual(['synced']);
    expect(asked().filter((each) => each.endsWith('contacts/batch/read'))).toHaveLength(1);
  });

  test('207, nothing done, the input named in the text only: the call stays, its link is told', async () => {
    const { sync } = await start({
      gateway: answering(LINKS, 207, (inputs) => ({
        ...done,
        results: [],
        numErrors: inputs.length,
        errors: pairsOf(inputs).map(([from]) => ({
          status: 'error',
          category: 'VALIDATION_ERROR',
          message: `Object ${from} cannot be associated to itself (${from})`,
        })),
      })),
    });
    expect(await sync(records(2))).toMatchObject(
      [1, 2].map(() => ({ status: 'synced', skippedFields: [{ object: 'call' }] })),
    );
  });
});

test.each([
  ['cleared', '', 'Name 1'],
  ['never set', null, 'Name 1'],
  ['set', 'Ana', 'Ana'],
])(
  'a name that was %s is filled where it is empty, and kept where it is not',
  async (_, firstname, expected) => {
    const portal = await start();
    const key = 'customer-1';
    const [id] = portal.hubspot.seed({ contacts: [{ altur_person_key: key, firstname: firstname ?? 'x' }] });
    // Cleared is "", never set is null.
    if (firstname === '') portal.hubspot.change('contacts', id!, { firstname: '' });
    if (firstname === null) portal.hubspot.remove('contacts', id!);
    if (firstname === null) portal.hubspot.seed({ contacts: [{ altur_person_key: key }] });
    const person = personWithId(1);
    expect(statuses(await portal.sync([record(1, { person })]))).toEqual(['synced']);
    expect(portal.hubspot.contacts()).toMatchObject([{ properties: { firstname: expected } }]);
  },
);

function rejected(id: string) {
  return {
    status: 'error',
    category: 'VALIDATION_ERROR',
    message: 'x',
    context: { objectWriteTraceId: [id] },
  };
}

function pairsOf(inputs: readonly unknown[]): readonly (readonly [string, string])[] {
  const pairs = inputs as readonly { from: { id: string }; to: { id: string } }[];
  return pairs.map(({ from, to }) => [from.id, to.id]);
}

function linked(inputs: readonly unknown[]) {
  return {
    ...done,
    results: pairsOf(inputs).map(([from, to]) => ({
      from: { id: from },
      to: { id: to },
      associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 },
    })),
  };
}
