/** One bad field costs the field, one bad record the record. */
import { describe, expect, test } from '@jest/globals';
import type { CallRecord } from '../../../connectors/connector.ts';
import { type HttpRequest, jsonResponse } from '../../simulators/kit/http-message.ts';
import { closedAfterEach } from '../closing.ts';
import { always, personWithId, record, records } from '../fixtures.ts';
import { startPortal, statuses, type TestPortal, type TestPortalOptions } from './portal.ts';

const startUnread = closedAfterEach(startPortal);

/** Has read the fields already. */
async function start(options?: TestPortalOptions): Promise<TestPortal> {
  const portal = await startUnread(options);
  await portal.connector.schema();
  return portal;
}

/** The record with a field more in its call. */
function withCallField(base: CallRecord, field: string, value: string): CallRecord {
  return { ...base, call: { fields: [...base.call!.fields, always(field, value)] } };
}

function withPersonField(n: number, field: string, value: string): CallRecord {
  const person = personWithId(n);
  return record(n, { person: { ...person, fields: [...person.fields, always(field, value)] } });
}

describe('a field HubSpot rejects', () => {
  test.each(['message', 'errors', 'both'] as const)(
    'is skipped in every row that has it (%s)',
    async (refusedIn) => {
      const { hubspot, sync } = await start({ refusedIn });
      const batch = records(5).map((each, index) =>
        index === 2 ? withCallField(each, 'hs_call_status', 'NO_SUCH_STATUS') : each,
      );
      const outcomes = await sync(batch);
      expect(statuses(outcomes)).toEqual(['synced']);
      expect(outcomes[2]).toMatchObject({
        skippedFields: [
          { object: 'call', field: 'hs_call_status', reason: expect.stringContaining('INVALID_OPTION') },
        ],
      });
      expect(outcomes[3]).toMatchObject({ skippedFields: [] });
      expect(hubspot.calls()).toHaveLength(5);
      expect(JSON.stringify(outcomes)).not.toContain('NO_SUCH_STATUS');
    },
  );

  test('because it is gone is skipped in all rows, and the properties are read again', async () => {
    const { hubspot, sync, asked } = await start();
    const batch = records(3).map((each) => withCallField(each, 'altur_gone', 'x'));
    const outcomes = await sync(batch);
    expect(outcomes.map((each) => each.status === 'synced' && each.skippedFields[0]?.field)).toEqual(
      Array(3).fill('altur_gone'),
    );
    expect(asked().filter((each) => each === 'POST calls/batch/upsert')).toHaveLength(2);
    hubspot.clearRequests();
    await sync([record(9)]);
    expect(hubspot.requests.filter(({ method }) => method === 'GET')).toHaveLength(5);
  });

  test('several in a row are all skipped', async () => {
    const { sync } = await start({ refusedIn: 'errors' });
    const bad = withCallField(withCallField(record(1), 'hs_call_status', 'x'), 'hs_call_duration', 'long');
    const [outcome] = await sync([bad]);
    expect(outcome).toMatchObject({ status: 'synced' });
    const fields = outcome!.status === 'synced' ? outcome!.skippedFields.map(({ field }) => field) : [];
    expect(fields.toSorted()).toEqual(['hs_call_duration', 'hs_call_status']);
  });

  test.each(['row', 'batch'] as const)(
    'because another contact has that email is skipped (%s)',
    async (uniqueConflicts) => {
      const { hubspot, sync } = await start({ uniqueConflicts });
      hubspot.seed({ contacts: [{ email: 'taken@x.mx' }] });
      const outcomes = await sync([
        record(1),
        withPersonField(2, 'email', 'taken@x.mx'),
        record(3),
        record(4),
      ]);
      expect(statuses(outcomes)).toEqual(['synced']);
      expect(outcomes[1]).toMatchObject({ skippedFields: [{ object: 'person', field: 'email' }] });
      expect(hubspot.contacts()).toHaveLength(5);
      expect(hubspot.associations()).toHaveLength(4);
    },
  );
});

describe('a record HubSpot rejects', () => {
  /** HubSpot rejects whatever batch holds this text. */
  const refusing = (text: string, errors?: object[]) => ({
    gateway: ({ body }: HttpRequest) => {
      if (!body.includes(`"${text}"`) || !body.includes('objectWriteTraceId')) return undefined;
      return jsonResponse(400, { status: 'error', category: 'VALIDATION_ERROR', message: 'No.', errors });
    },
  });

  test('becomes a dead letter alone while the others are written', async () => {
    const { hubspot, sync } = await start();
    const bad = withCallField(record(3), 'hs_timestamp', 'yesterday');
    const outcomes = await sync([record(1), record(2), bad, record(4)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['synced', 'synced', 'dead-letter', 'synced']);
    expect(outcomes[2]).toMatchObject({ reason: expect.stringContaining('hs_timestamp') });
    expect(hubspot.calls()).toHaveLength(3);
  });

  test('is found by bisecting when the answer holds an error that names nobody', async () => {
    const bad = ['call-3', 'call-4', 'call-7'];
    const { hubspot, sync } = await start({
      gateway: ({ url, body }) => {
        if (!url.endsWith('/calls/batch/upsert')) return undefined;
        const { inputs } = JSON.parse(body) as {
          inputs: { id: string; properties: Record<string, string> }[];
        };
        const refused = inputs.filter(({ id }) => bad.includes(id));
        if (refused.length === 0) return undefined;
        const results = inputs
          .filter((input) => !refused.includes(input))
          .map(({ id, properties }) => ({ id: `90${id.slice(-1)}`, properties }));
        const errors = refused.map(() => ({
          status: 'error',
          category: 'VALIDATION_ERROR',
          message: 'No.',
          context: {},
        }));
        return jsonResponse(207, { status: 'COMPLETE', results, numErrors: errors.length, errors });
      },
    });
    const outcomes = await sync(records(8));
    expect(outcomes.map(({ status }) => status === 'dead-letter')).toEqual(
      [0, 0, 1, 1, 0, 0, 1, 0].map(Boolean),
    );
    expect(hubspot.contacts()).toHaveLength(8);
  });

  test('is found by bisecting when its batch is rejected as a whole', async () => {
    const { hubspot, sync } = await start(refusing('call-3'));
    const outcomes = await sync(records(8));
    expect(outcomes.map(({ status }) => status === 'dead-letter')).toEqual(
      [0, 0, 1, 0, 0, 0, 0, 0].map(Boolean),
    );
    expect(hubspot.calls()).toHaveLength(7);
    expect(hubspot.associations()).toHaveLength(7);
  });

  test('uses up no attempt of another call, however many such records exhaust the requests of a batch', async () => {
    const isBad = ({ id }: { id: string }) => Number(id.replace('call-', '')) % 5 === 0;
    const { hubspot, sync } = await start({
      gateway({ url, body }) {
        if (!url.endsWith('/calls/batch/upsert') || !JSON.parse(body).inputs.some(isBad)) return undefined;
        return jsonResponse(400, { status: 'error', category: 'VALIDATION_ERROR', message: 'No.' });
      },
    });
    let pending: readonly CallRecord[] = records(100);
    while (pending.length > 0) {
      const outcomes = await sync(pending);
      const again = outcomes.filter(({ status }) => status === 'retry');
      expect(again.filter((outcome) => !('uncounted' in outcome))).toEqual([]);
      expect(again.length).toBeLessThan(pending.length);
      pending = pending.filter((_, index) => outcomes[index]!.status === 'retry');
    }
    expect(hubspot.calls()).toHaveLength(80);
    expect(hubspot.associations()).toHaveLength(80);
  });

  test('takes its calls with it when it is a contact, and no others', async () => {
    const { hubspot, sync } = await start(refusing('customer-2'));
    const outcomes = await sync([record(1), record(2), record(3, { person: personWithId(2) })]);
    expect(outcomes.map(({ status }) => status)).toEqual(['synced', 'dead-letter', 'dead-letter']);
    expect(outcomes[1]).toMatchObject({ reason: expect.stringContaining('VALIDATION_ERROR') });
    expect(hubspot.calls()).toHaveLength(1);
  });

  test('for reasons of HubSpot’s own comes again', async () => {
    const { hubspot, sync } = await start();
    const errors = [
      { category: 'INTERNAL_ERROR', message: 'x', context: { objectWriteTraceId: ['call-1'] } },
    ];
    const body = { status: 'COMPLETE', results: [], numErrors: 1, errors };
    hubspot.fault({ kind: 'status', status: 207, body, path: 'calls/batch/upsert' });
    expect(await sync([record(1)])).toMatchObject([{ status: 'retry' }]);
    expect(await sync([record(1)])).toMatchObject([{ status: 'synced' }]);
  });
});

describe('what HubSpot does not account for', () => {
  test('is sent once more, and is then written', async () => {
    const { hubspot, sync } = await start();
    const results = [{ id: '99', properties: { altur_call_id: 'call-1' } }];
    const body = { status: 'COMPLETE', results };
    hubspot.fault({ kind: 'status', status: 200, body, path: 'calls/batch/upsert', commits: true });
    const outcomes = await sync(records(3));
    expect(hubspot.calls()).toHaveLength(3);
    expect(outcomes.slice(1)).toMatchObject(
      ['call-2', 'call-3'].map((id) => {
        const call = hubspot.calls().find(({ properties }) => properties.altur_call_id === id);
        return { status: 'synced', records: { call: call!.id } };
      }),
    );
  });

  test('of the links is tried again by its record alone', async () => {
    const { hubspot, sync } = await start();
    hubspot.fault({
      kind: 'status',
      status: 200,
      body: { status: 'COMPLETE', results: [] },
      path: 'associate',
    });
    expect(await sync([record(1)])).toMatchObject([{ status: 'retry' }]);
    expect(await sync([record(1)])).toMatchObject([{ status: 'synced' }]);
    expect(hubspot.associations()).toHaveLength(1);
  });

  test.each([false, true])(
    'of a link to a deleted contact spares the other links (all rejected: %s)',
    async (whole) => {
      let gone = 'nobody';
      const gateway = ({ url, body }: HttpRequest) =>
        whole && url.includes('associate') && body.includes(`"${gone}"`)
          ? jsonResponse(400, { category: 'VALIDATION_ERROR', message: `No object ${gone}` })
          : undefined;
      const { hubspot, sync } = await start({ gateway });
      const nothingNew = (n: number) => personWithId(n, { fields: [] });
      const batch = [1, 2, 3].map((n) => record(n, { person: nothingNew(n) }));
      await sync(batch);
      gone = hubspot.contacts().find(({ properties }) => properties.altur_person_key === 'customer-2')!.id;
      hubspot.remove('contacts', gone);
      const later = batch.map((each) => ({ ...each, callId: `later-${each.callId}` }));
      expect(statuses(await sync(later))).toEqual(['synced']);
      expect(hubspot.contacts()).toHaveLength(3);
      expect(hubspot.associations()).toHaveLength(5);
    },
  );

  test('of the links is no matter where one direction is answered only', async () => {
    const { sync } = await start({ associationDirections: 1 });
    expect(statuses(await sync(records(3)))).toEqual(['synced']);
  });
});
