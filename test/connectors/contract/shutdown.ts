/** Abort and close: a batch ends at once when it must, and never half known. */
import assert from 'node:assert/strict';
import type { ContractCase } from './contract-case.ts';
import { statuses } from './scene.ts';
import { until, within } from './wait.ts';

/** Far below the time a request may take. */
const AT_ONCE_MS = 2_000;

export const SHUTDOWN_CASES: readonly ContractCase[] = [
  {
    name: 'a batch that is aborted before it begins is unavailable, and nothing is written',
    async run(stage) {
      const scene = await stage.scene();
      const abort = new AbortController();
      abort.abort();
      const syncing = scene.sync(scene.range(2), abort.signal);
      await assert.rejects(syncing, { name: 'CrmError', kind: 'unavailable' });
      assert.deepEqual(scene.counts(), { people: 0, calls: 0, tasks: 0, links: 0 });
    },
  },
  {
    name: 'a batch that is aborted during a request ends at once, and can be repeated',
    async run(stage) {
      const scene = await stage.scene();
      const abort = new AbortController();
      await scene.crm.connector.prepare();
      scene.crm.hang('write');
      const syncing = scene.sync(scene.range(2), abort.signal);
      syncing.catch(() => {});
      await until(() => scene.writes() > 0, 'a writing request');
      abort.abort();
      await assert.rejects(within(AT_ONCE_MS, 'the end of an aborted batch', syncing), {
        name: 'CrmError',
        kind: 'unavailable',
      });
      scene.crm.recover();
      assert.deepEqual(statuses(await scene.sync(scene.range(2))), ['synced', 'synced']);
      assert.deepEqual(scene.counts(), { people: 2, calls: 2, tasks: 0, links: 2 });
    },
  },
  {
    name: 'closing while a batch is in flight does not lose it',
    async run(stage) {
      const scene = await stage.scene();
      const syncing = scene.sync(scene.range(3));
      await scene.crm.connector.close();
      assert.deepEqual(statuses(await syncing), ['synced', 'synced', 'synced']);
      assert.equal(scene.counts().calls, 3);
    },
  },
];
