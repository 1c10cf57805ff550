/** A portal that changes slowly, or has more than we see. */
import { describe, expect, test } from '@jest/globals';
import type { FieldDefinition } from '../../../connectors/connector.ts';
import { closedAfterEach } from '../closing.ts';
import { personWithId, record, records } from '../fixtures.ts';
import { startPortal, statuses } from './portal.ts';

const start = closedAfterEach(startPortal);

describe('new properties that are listed late', () => {
  test('do not delay the first call for long, and nobody is sent to delete a key', async () => {
    const { sync, hubspot, asked, log } = await start({ provisioned: false, propertyLagMs: 700 });
    const from = Date.now();
    const person = personWithId(1, { fields: [] });
    expect(await sync([record(1, { person })])).toMatchObject([{ status: 'synced' }]);
    expect(Date.now() - from).toBeLessThan(15_000);
    expect(JSON.stringify(log.entries)).not.toMatch(/delete|not unique/);
    asked();
    await sync([record(2, { person })]);
    expect(asked()).not.toContain('POST calls/search');
    expect(hubspot.contacts()).toHaveLength(1);
  });

  test('are reported as created by provision', async () => {
    const { connector } = await start({ provisioned: false, propertyLagMs: 700 });
    const changes = await connector.provision([]);
    expect(changes.map(({ action, detail }) => [action, detail])).toEqual(
      Array(3).fill(['created', undefined]),
    );
    expect((await connector.check()).filter(({ level }) => level !== 'ok')).toEqual([]);
  });

  test('are unique on a slow portal as well', async () => {
    const { sync, asked } = await start({ provisioned: false, propertyLagMs: 600, latencyMs: 250 });
    expect(statuses(await sync([record(1, { person: personWithId(1, { fields: [] }) })]))).toEqual([
      'synced',
    ]);
    expect(asked()).not.toContain('POST calls/search');
  });
});

describe('sensitive data', () => {
  const saldo = {
    name: 'saldo_sensible',
    type: 'number',
    fieldType: 'number',
    groupName: 'altur',
    dataSensitivity: 'sensitive',
  } as const;
  const FIELD: FieldDefinition = { object: 'person', name: saldo.name, label: 'Saldo', type: 'number' };
  const withSaldo = (n: number) => {
    const { fields } = personWithId(n);
    return record(n, {
      person: personWithId(n, { fields: [...fields, { field: saldo.name, value: 900, when: 'newest' }] }),
    });
  };
  const SCOPE = 'crm.objects.contacts.sensitive.write';

  test('is written where the key may', async () => {
    const { sync, hubspot, connector } = await start();
    hubspot.define('contacts', saldo);
    expect((await connector.schema()).person.get(saldo.name)).toMatchObject({
      type: 'number',
      sensitivity: 'sensitive',
    });
    expect(await sync([withSaldo(1)])).toMatchObject([{ status: 'synced', skippedFields: [] }]);
    expect(hubspot.contacts()).toMatchObject([{ properties: { saldo_sensible: '900' } }]);
  });

  test.each(['row', 'request'] as const)(
    'is skipped where it may not, and the scope is named (%s)',
    async (sensitiveRefusal) => {
      const { sync, hubspot, asked } = await start({ missingScopes: [SCOPE], sensitiveRefusal });
      hubspot.define('contacts', saldo);
      const outcomes = await sync([withSaldo(1), record(2), withSaldo(3), ...records(20, 4)]);
      expect(statuses(outcomes)).toEqual(['synced']);
      expect(outcomes[0]).toMatchObject({
        skippedFields: [{ object: 'person', field: saldo.name, reason: expect.stringContaining(SCOPE) }],
      });
      expect(outcomes[1]).toMatchObject({ skippedFields: [] });
      expect(hubspot.contacts()).toHaveLength(23);
      expect(asked().length).toBeLessThanOrEqual(8);
    },
  );

  test('is named by provision and doctor, who send nobody to provision', async () => {
    const { connector, hubspot } = await start({ missingScopes: [SCOPE] });
    hubspot.define('contacts', saldo);
    expect(await connector.provision([FIELD])).toContainEqual({
      action: 'exists',
      object: 'person',
      name: saldo.name,
      detail: expect.stringContaining(SCOPE),
    });
    const findings = (await connector.check()).filter(({ level }) => level !== 'ok');
    expect(findings).toMatchObject([{ subject: 'sensitive data', fix: expect.stringContaining(SCOPE) }]);
    expect(JSON.stringify(findings)).not.toContain('provision');
  });

  test('that is hidden altogether is reported as what it may be', async () => {
    const { connector, hubspot } = await start({
      gateway: ({ url, method }) =>
        method === 'GET' && (url.includes('dataSensitivity') || url.includes(saldo.name))
          ? {
              status: 403,
              headers: {},
              body: JSON.stringify({ status: 'error', message: 'No.', category: 'MISSING_SCOPES' }),
            }
          : undefined,
    });
    hubspot.define('contacts', saldo);
    const [change] = (await connector.provision([FIELD])).filter(({ name }) => name === saldo.name);
    expect(change).toMatchObject({ action: 'exists', detail: expect.stringContaining('sensitive') });
  });
});
