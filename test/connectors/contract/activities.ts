/** Calls and follow-up tasks: written, linked, and updated when their event changes. */
import assert from 'node:assert/strict';
import type { CallRecord, RecordIds } from '../../../connectors/connector.ts';
import type { ContractCase } from './contract-case.ts';
import type { ContractFields } from './harness.ts';
import { always, type Scene, statuses } from './scene.ts';

export const ACTIVITY_CASES: readonly ContractCase[] = [
  {
    name: 'tasks are written under their keys and linked to their person',
    async run(stage) {
      const scene = await stage.scene();
      const tasks = [scene.task(1, 'call back'), scene.task(1, 'send offer')];
      const [outcome] = await scene.sync([scene.record(1, { tasks })]);
      const stored = scene.crm.records('task');
      assert.deepEqual(stored.map(({ key }) => key).toSorted(), ['cll_1:call back', 'cll_1:send offer']);
      const person = scene.stored(1)!.id;
      assert.deepEqual(
        stored.map((task) => task.person),
        [person, person],
      );
      const ids = Object.fromEntries(stored.map(({ key, id }) => [key!, id]));
      assert.deepEqual(outcome?.status === 'synced' && outcome.records.tasks, ids);
    },
  },
  {
    name: 'a call that the mapping does not log leaves its tasks',
    async run(stage) {
      const scene = await stage.scene();
      const { call: _, ...record } = scene.record(1, { tasks: [scene.task(1)] });
      assert.deepEqual(statuses(await scene.sync([record])), ['synced']);
      assert.deepEqual(scene.counts(), { people: 1, calls: 0, tasks: 1, links: 0 });
    },
  },
  {
    name: 'tasks of a call of nobody are written without a person',
    async run(stage) {
      const scene = await stage.scene();
      const { person: _, ...record } = scene.record(1, { tasks: [scene.task(1)] });
      await scene.sync([record]);
      assert.deepEqual(scene.counts(), { people: 0, calls: 1, tasks: 1, links: 0 });
    },
  },
  {
    name: 'a changed event updates the records that were written for it before (existing)',
    async run(stage) {
      const scene = await stage.scene();
      const [outcome] = await scene.sync([scene.record(1, { tasks: [scene.task(1)] })]);
      assert.equal(outcome?.status, 'synced');
      const { records: existing } = outcome as { readonly records: RecordIds };
      const changed = changedRecord(scene, stage.harness.fields);
      const [after] = await scene.sync([{ ...changed, existing }]);
      assert.deepEqual(after?.status === 'synced' && after.records, existing);
      assertChanged(scene, stage.harness.fields);
    },
  },
  {
    name: 'a changed event updates what may have been written before, though the response was lost (possiblyWritten)',
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync([scene.record(1, { tasks: [scene.task(1)] })]);
      await scene.sync([{ ...changedRecord(scene, stage.harness.fields), possiblyWritten: true }]);
      assertChanged(scene, stage.harness.fields);
    },
  },
  {
    name: 'a call that a user deleted is written again when its event changes',
    async run(stage) {
      const scene = await stage.scene();
      const [outcome] = await scene.sync([scene.record(1, { tasks: [scene.task(1)] })]);
      const { records: existing } = outcome as { readonly records: RecordIds };
      scene.crm.remove('call', existing.call!);
      const changed = changedRecord(scene, stage.harness.fields);
      assert.deepEqual(statuses(await scene.sync([{ ...changed, existing }])), ['synced']);
      assertChanged(scene, stage.harness.fields);
    },
  },
  {
    name: 'a call that keeps its fields (keepCall) is as it was, known by its record or by its key; its task and link are written',
    async run(stage) {
      for (const isKnown of [true, false]) {
        const scene = await stage.scene();
        const { person: _, ...alone } = scene.record(1);
        const [outcome] = await scene.sync([alone]);
        const { records } = outcome as { readonly records: RecordIds };
        scene.crm.catchUp?.();
        const changed = { ...changedRecord(scene, stage.harness.fields), keepCall: true };
        const existing = isKnown ? { existing: records } : {};
        const [after] = await scene.sync([{ ...changed, ...existing, possiblyWritten: !isKnown }]);
        assert.deepEqual(scene.counts(), { people: 1, calls: 1, tasks: 1, links: 1 });
        assert.equal(scene.crm.records('call')[0]?.values[stage.harness.fields.callTitle], 'Call 1');
        assert.equal(after?.status === 'synced' && after.records.call, records.call);
      }
    },
  },
  {
    name: 'a call that keeps its fields gets those that are written even so (evenIfKept)',
    async run(stage) {
      const scene = await stage.scene();
      const [outcome] = await scene.sync([scene.record(1)]);
      const { records: existing } = outcome as { readonly records: RecordIds };
      const { callTitle } = stage.harness.fields;
      const call = { fields: [{ ...always(callTitle, 'Call 1, linked'), evenIfKept: true as const }] };
      const [after] = await scene.sync([scene.record(1, { call, existing, keepCall: true })]);
      assert.deepEqual(after?.status === 'synced' && after.skippedFields, []);
      assert.deepEqual(scene.counts(), { people: 1, calls: 1, tasks: 0, links: 1 });
      assert.equal(scene.crm.records('call')[0]?.values[callTitle], 'Call 1, linked');
    },
  },
  {
    name: 'of the texts of a call that keeps its fields one line is written again (renewedLines)',
    async run(stage) {
      const scene = await stage.scene();
      const { callTitle: field } = stage.harness.fields;
      const written = scene.record(1, { call: { fields: [always(field, 'Call 1')] } });
      const other = scene.record(2, { call: { fields: [always(field, 'Listen: old/2?')] } });
      const outcomes = await scene.sync([written, other]);
      const before = scene.writes();
      const kept = [written, other].map((record, index) => {
        const { records: existing } = outcomes[index] as { readonly records: RecordIds };
        const renewedLines = [{ field, marks: ['old/2?'], line: 'Listen: new/2?' }];
        const call = { fields: [always(field, 'less')], renewedLines };
        return { ...record, call, existing, keepCall: true };
      });
      assert.deepEqual(statuses(await scene.sync(kept)), ['synced', 'synced']);
      const titles = scene.crm.records('call').map(({ values }) => values[field]);
      assert.deepEqual(titles.toSorted(), ['Call 1', 'Listen: new/2?']);
      // Links are not written again.
      assert.ok(scene.writes() - before <= stage.harness.budget(2).writes);
    },
  },
  {
    name: 'a call that is to keep its fields is written whole if it was deleted, or never written',
    async run(stage) {
      for (const wasWritten of [true, false]) {
        const scene = await stage.scene();
        const { tasks: _, ...record } = changedRecord(scene, stage.harness.fields);
        let existing: RecordIds | undefined;
        if (wasWritten) {
          const [outcome] = await scene.sync([scene.record(1)]);
          existing = (outcome as { readonly records: RecordIds }).records;
          scene.crm.catchUp?.();
          scene.crm.remove('call', existing.call!);
        }
        const kept = { ...record, tasks: [], keepCall: true, ...(existing && { existing }) };
        assert.deepEqual(statuses(await scene.sync([kept])), ['synced']);
        assert.deepEqual(scene.counts(), { people: 1, calls: 1, tasks: 0, links: 1 });
        assert.equal(scene.crm.records('call')[0]?.values[stage.harness.fields.callTitle], 'Call 1, changed');
      }
    },
  },
];

/** Call 1 as a later version of its event describes it. */
function changedRecord(scene: Scene, { callTitle }: ContractFields): CallRecord {
  const call = { fields: [always(callTitle, 'Call 1, changed')] };
  return scene.record(1, { call, tasks: [scene.task(1, 'follow-up', 'Task 1, changed')] });
}

function assertChanged(scene: Scene, { callTitle, taskTitle }: ContractFields): void {
  assert.deepEqual(scene.counts(), { people: 1, calls: 1, tasks: 1, links: 1 });
  assert.equal(scene.crm.records('call')[0]?.values[callTitle], 'Call 1, changed');
  assert.equal(scene.crm.records('task')[0]?.values[taskTitle], 'Task 1, changed');
}
