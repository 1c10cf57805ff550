/** The CRM's request quota limits the whole system: the calls of a batch share requests. */
import assert from 'node:assert/strict';
import type { ContractCase } from './contract-case.ts';
import { statuses } from './scene.ts';

export const BUDGET_CASES: readonly ContractCase[] = [
  {
    name: 'a full batch of new people stays within the request budget',
    async run(stage) {
      const scene = await stage.scene();
      const { connector } = scene.crm;
      await connector.prepare();
      const before = scene.crm.requests().length;
      const outcomes = await scene.sync(scene.range(connector.batchSize));
      assert.deepEqual([...new Set(statuses(outcomes))], ['synced']);
      const { batchSize: size } = connector;
      assert.deepEqual(scene.counts(), { people: size, calls: size, tasks: 0, links: size });
      const { lookUps, writes } = stage.harness.budget(size);
      assert.ok(scene.lookUps(before) <= lookUps, `${scene.lookUps(before)} look-ups instead of ${lookUps}`);
      assert.ok(scene.writes(before) <= writes, `${scene.writes(before)} writes instead of ${writes}`);
    },
  },
  {
    name: 'a call on its own stays within the request budget',
    async run(stage) {
      const scene = await stage.scene();
      await scene.crm.connector.prepare();
      const before = scene.crm.requests().length;
      await scene.sync([scene.record(1)]);
      const { lookUps, writes } = stage.harness.budget(1);
      assert.ok(scene.lookUps(before) <= lookUps, `${scene.lookUps(before)} look-ups instead of ${lookUps}`);
      assert.ok(scene.writes(before) <= writes, `${scene.writes(before)} writes instead of ${writes}`);
    },
  },
];
