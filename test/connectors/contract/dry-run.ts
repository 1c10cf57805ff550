/** A dry run shows the requests that `sync` sends, and sends none that writes. */
import assert from 'node:assert/strict';
import type { CrmRequest } from '../../../connectors/connector.ts';
import { phone } from '../fixtures.ts';
import type { ContractCase } from './contract-case.ts';
import type { SimulatedRequest } from './harness.ts';
import type { Scene } from './scene.ts';

export const DRY_RUN_CASES: readonly ContractCase[] = [
  {
    name: 'a dry run without look-ups sends nothing',
    async run(stage) {
      const scene = await stage.scene();
      const before = scene.crm.requests().length;
      const { requests } = await scene.crm.connector.dryRun(recordsOf(scene), false);
      assert.ok(requests.length > 0, 'no request is shown');
      assert.equal(scene.crm.requests().length, before);
    },
  },
  {
    name: 'a dry run with look-ups only reads',
    async run(stage) {
      const scene = await stage.scene();
      await scene.crm.connector.dryRun(recordsOf(scene), true);
      assert.equal(scene.writes(), 0);
      assert.deepEqual(scene.counts(), { people: 0, calls: 0, tasks: 0, links: 0 });
    },
  },
  {
    name: 'a dry run shows the requests that sync sends, in order, but for the ids that the CRM gives',
    async run(stage) {
      const scene = await stage.scene();
      await assertShownIsSent(scene, false);
    },
  },
  {
    name: 'a dry run with look-ups shows what sync sends for people who are there',
    async run(stage) {
      const scene = await stage.scene();
      scene.crm.addPerson({ name: 'Ana', phone: phone(1).e164 });
      await assertShownIsSent(scene, true);
    },
  },
];

function recordsOf(scene: Scene) {
  return scene.range(3).map((record, index) => ({ ...record, tasks: [scene.task(index + 1)] }));
}

async function assertShownIsSent(scene: Scene, lookUp: boolean): Promise<void> {
  const { requests: shown } = await scene.crm.connector.dryRun(recordsOf(scene), lookUp);
  const before = scene.crm.requests().length;
  await scene.sync(recordsOf(scene));
  const sent = scene.crm.requests().slice(before);
  const ids = (['person', 'call', 'task'] as const).flatMap((object) => scene.crm.records(object));
  const known = ids.map(({ id }) => id);
  assert.deepEqual(
    withoutIds(
      shown.map(({ method, path, body }) => ({ method, path, body })),
      known,
    ),
    withoutIds(
      sent.map(({ method, path, body }) => ({ method, path, body })),
      known,
    ),
  );
}

/** An id that the CRM gives is shown as `<id of …>`. */
function withoutIds(
  requests: readonly Pick<CrmRequest | SimulatedRequest, 'method' | 'path' | 'body'>[],
  ids: readonly string[],
) {
  let text = JSON.stringify(requests).replaceAll(/<id of [^>]*>/g, '<id>');
  for (const id of ids.toSorted((a, b) => b.length - a.length)) text = text.replaceAll(`"${id}"`, '"<id>"');
  return JSON.parse(text) as unknown;
}
