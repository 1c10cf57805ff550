/** Before the first call: the CRM's fields, its keys, and what an operator is shown. */
import assert from 'node:assert/strict';
import { CrmError, type FieldDefinition } from '../../../connectors/connector.ts';
import type { ContractCase } from './contract-case.ts';
import type { Harness } from './harness.ts';
import { always, statuses } from './scene.ts';

export const SETUP_CASES: readonly ContractCase[] = [
  {
    name: 'schema describes the fields of all three objects, and only reads',
    async run(stage) {
      const scene = await stage.scene();
      const { name, phone, status, tags, callTitle, taskTitle, unknown } = stage.harness.fields;
      const { person, call, task } = await scene.crm.connector.schema();
      for (const field of [name, phone, status, tags]) assert.equal(person.get(field)?.type, 'text', field);
      assert.equal(call.get(callTitle)?.type, 'text', callTitle);
      assert.equal(task.get(taskTitle)?.type, 'text', taskTitle);
      if (unknown !== undefined) assert.equal(person.get(unknown), undefined);
      assert.equal(scene.writes(), 0);
    },
  },
  {
    name: 'schema is read once, and again after invalidateSchema',
    async run(stage) {
      const scene = await stage.scene();
      const { connector } = scene.crm;
      const first = scene.crm.requests().length;
      await Promise.all([connector.schema(), connector.schema()]);
      assert.equal(scene.crm.requests().length, first, 'the schema was read again');
      connector.invalidateSchema?.();
      await connector.schema();
      if (connector.invalidateSchema) assert.ok(scene.crm.requests().length > first, 'it was not read again');
    },
  },
  {
    name: 'check finds no error in a CRM that is ready, and changes nothing',
    async run(stage) {
      const scene = await stage.scene();
      const findings = await scene.crm.connector.check();
      assert.ok(findings.length > 0, 'no finding at all');
      assert.deepEqual(
        findings.filter(({ level }) => level === 'error'),
        [],
      );
      assert.deepEqual(scene.counts(), { people: 0, calls: 0, tasks: 0, links: 0 });
    },
  },
  {
    name: 'check finds missing keys, with what to do',
    async run(stage) {
      const scene = await stage.scene({ provisioned: false });
      const errors = (await scene.crm.connector.check()).filter(({ level }) => level === 'error');
      assert.ok(errors.length > 0, 'the missing keys are no error');
      for (const { subject, fix } of errors) assert.ok(fix, `${subject}: no fix`);
    },
  },
  ...(['unavailable', 'rate_limited', 'unauthorized'] as const).map(
    (kind): ContractCase => ({
      name: `check of a CRM that is ${kind} is a finding with what to do, not an exception`,
      async run(stage) {
        const scene = await stage.scene();
        scene.crm.fail(kind, 'no reason');
        const errors = (await scene.crm.connector.check()).filter(({ level }) => level === 'error');
        assert.ok(errors.length > 0 && errors.every(({ fix }) => fix), JSON.stringify(errors));
      },
    }),
  ),
  {
    name: 'prepare makes a CRM without our keys writable, or says what to do; either way no record is written',
    async run(stage) {
      const scene = await stage.scene({ provisioned: false });
      const error = await scene.crm.connector.prepare().catch((thrown: unknown) => thrown);
      assert.deepEqual(scene.counts(), { people: 0, calls: 0, tasks: 0, links: 0 });
      if (error !== undefined) {
        assert.ok(error instanceof CrmError && error.kind === 'unauthorized', String(error));
        await scene.crm.connector.provision([]);
        await scene.crm.connector.prepare();
      }
      assert.deepEqual(statuses(await scene.sync(scene.range(2))), ['synced', 'synced']);
    },
  },
  {
    name: 'provision creates the keys and the mapping’s fields; a second time it creates nothing',
    async run(stage) {
      const scene = await stage.scene({ provisioned: false });
      const { connector } = scene.crm;
      const field = definitionOf(stage.harness);
      const first = await connector.provision([field]);
      assert.deepEqual(
        first.filter(({ action }) => action === 'failed'),
        [],
      );
      assert.ok(first.some(({ name, action }) => name.endsWith(field.name) && action === 'created'));
      const before = await connector.schema();
      const again = await connector.provision([field]);
      assert.deepEqual(
        again.filter(({ action }) => action !== 'exists'),
        [],
      );
      assert.deepEqual(names(again), names(first));
      assert.deepEqual((await connector.schema()).person.size, before.person.size);
    },
  },
  {
    name: 'a field that provision created can be written at once',
    async run(stage) {
      const scene = await stage.scene();
      const field = definitionOf(stage.harness);
      await scene.crm.connector.provision([field]);
      assert.ok((await scene.crm.connector.schema()).person.has(field.name));
      const person = scene.personWith(1, always(field.name, 'written'));
      const [outcome] = await scene.sync([scene.record(1, { person })]);
      assert.deepEqual(outcome?.status === 'synced' && outcome.skippedFields, []);
      assert.equal(scene.stored(1)?.values[field.name], 'written');
    },
  },
];

function definitionOf({ fields }: Harness): FieldDefinition {
  return { object: 'person', name: fields.creatable, label: 'Created by provision', type: 'text' };
}

function names(changes: readonly { readonly name: string }[]): string[] {
  return changes.map(({ name }) => name).toSorted();
}
