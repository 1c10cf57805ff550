/** A batch: one outcome per call, in order, and everything once however often it is sent. */
import assert from 'node:assert/strict';
import type { ContractCase } from './contract-case.ts';
import { statuses } from './scene.ts';

export const BATCH_CASES: readonly ContractCase[] = [
  {
    name: 'a batch has one outcome per call, in order, with the ids of its own records',
    async run(stage) {
      const scene = await stage.scene();
      const records = scene.range(5).toReversed();
      const outcomes = await scene.sync(records);
      assert.deepEqual(statuses(outcomes), Array(5).fill('synced'));
      assert.deepEqual(scene.counts(), { people: 5, calls: 5, tasks: 0, links: 5 });
      const stored = scene.crm.records('call');
      for (const [index, { callId, person }] of records.entries()) {
        const outcome = outcomes[index]!;
        const call = stored.find(({ key }) => key === callId);
        const owner = scene.crm.records('person').find(({ key }) => key === person!.key);
        assert.ok(call && owner, `${callId} is not in the CRM under its key`);
        assert.equal(call.person, owner.id, `${callId} is linked to another person`);
        assert.deepEqual(outcome.status === 'synced' && outcome.records, { person: owner.id, call: call.id });
      }
    },
  },
  {
    name: 'an empty batch sends nothing',
    async run(stage) {
      const scene = await stage.scene();
      const before = scene.crm.requests().length;
      assert.deepEqual(await scene.sync([]), []);
      assert.equal(scene.crm.requests().length, before);
    },
  },
  {
    name: 'several calls of one person in a batch are one person',
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync([1, 2, 3].map((n) => scene.record(n, { person: scene.person(7) })));
      assert.deepEqual(scene.counts(), { people: 1, calls: 3, tasks: 0, links: 3 });
      assert.equal(scene.stored(7)?.key, 'user_7');
    },
  },
  {
    name: 'the same batch again changes nothing',
    async run(stage) {
      const scene = await stage.scene();
      const records = scene.range(3).map((record, index) => ({ ...record, tasks: [scene.task(index + 1)] }));
      const first = await scene.sync(records);
      const again = await scene.sync(records);
      assert.deepEqual(again, first);
      assert.deepEqual(scene.counts(), { people: 3, calls: 3, tasks: 3, links: 3 });
    },
  },
  {
    name: 'a response lost after any write, then the same batch again: everything is there once',
    async run(stage) {
      for (let nth = 1; nth <= stage.harness.budget(3).writes; nth += 1) {
        const scene = await stage.scene();
        scene.crm.loseWrite(nth);
        await assert.rejects(scene.sync(scene.range(3)), { name: 'CrmError', kind: 'unavailable' });
        scene.crm.recover();
        assert.deepEqual(statuses(await scene.sync(scene.range(3))), Array(3).fill('synced'));
        assert.deepEqual(scene.counts(), { people: 3, calls: 3, tasks: 0, links: 3 }, `after write ${nth}`);
      }
    },
  },
  {
    name: 'a rejected call costs nobody but itself',
    async run(stage) {
      const scene = await stage.scene();
      const records = scene.range(5);
      records[2] = scene.record(3, { call: { fields: stage.harness.fields.rejectedCall('x') } });
      const outcomes = await scene.sync(records);
      assert.deepEqual(statuses(outcomes), ['synced', 'synced', 'dead-letter', 'synced', 'synced']);
      const keys = scene.crm.records('call').map(({ key }) => key);
      assert.deepEqual(keys.toSorted(), ['cll_1', 'cll_2', 'cll_4', 'cll_5']);
    },
  },
  {
    name: 'a call of nobody is logged on its own',
    async run(stage) {
      const scene = await stage.scene();
      const { person: _, ...record } = scene.record(1);
      assert.deepEqual(statuses(await scene.sync([record])), ['synced']);
      assert.deepEqual(scene.counts(), { people: 0, calls: 1, tasks: 0, links: 0 });
    },
  },
];
