/** The mapping's policies: who is created, who is used when several match, and who is only linked to. */
import assert from 'node:assert/strict';
import type { Unassigned } from '../../../connectors/connector.ts';
import { phone } from '../fixtures.ts';
import type { ContractCase } from './contract-case.ts';
import { type Scene, statuses } from './scene.ts';

const OLD = Date.UTC(2020, 0, 1);
const NEW = Date.UTC(2024, 0, 1);

export const POLICY_CASES: readonly ContractCase[] = [
  {
    name: 'onMissing: create creates the person',
    async run(stage) {
      const scene = await stage.scene({ policy: { onMissing: 'create' } });
      await scene.sync([recordWithTask(scene)]);
      assert.deepEqual(scene.counts(), { people: 1, calls: 1, tasks: 1, links: 1 });
    },
  },
  {
    name: 'onMissing: log-only logs the call and its tasks, and creates nobody',
    async run(stage) {
      const scene = await stage.scene({ policy: { onMissing: 'log-only' } });
      const [outcome] = await scene.sync([recordWithTask(scene)]);
      assertUnassigned(outcome, 'NO_MATCH');
      assert.deepEqual(scene.counts(), { people: 0, calls: 1, tasks: 1, links: 0 });
    },
  },
  {
    name: 'the outcome of a call that names nobody says so, that of one with a person does not',
    async run(stage) {
      const scene = await stage.scene();
      const { person: _, ...nobody } = scene.record(1);
      const [outcome, other] = await scene.sync([nobody, scene.record(2)]);
      assertUnassigned(outcome, 'NO_IDENTITY');
      assertUnassigned(other, undefined);
      assert.deepEqual(scene.counts(), { people: 1, calls: 2, tasks: 0, links: 1 });
    },
  },
  {
    name: 'onMissing: skip writes nothing, and the outcome notes it',
    async run(stage) {
      const scene = await stage.scene({ policy: { onMissing: 'skip' } });
      const [outcome] = await scene.sync([recordWithTask(scene)]);
      assert.deepEqual(scene.counts(), { people: 0, calls: 0, tasks: 0, links: 0 });
      assertNoted(outcome);
      assertUnassigned(outcome, 'NO_MATCH');
    },
  },
  ...(['newest', 'oldest'] as const).map(
    (onMany): ContractCase => ({
      name: `onMany: ${onMany} uses the ${onMany} of several people with the number`,
      async run(stage) {
        const scene = await stage.scene({ policy: { onMany } });
        const { old, recent } = addTwins(scene);
        await scene.sync([recordWithTask(scene)]);
        assert.equal(scene.counts().people, 2);
        const chosen = onMany === 'newest' ? recent : old;
        assert.deepEqual([scene.stored(1)?.id, scene.crm.records('call')[0]?.person], [chosen, chosen]);
      },
    }),
  ),
  {
    name: 'onMany: skip writes nothing when several people have the number, and the outcome notes it',
    async run(stage) {
      const scene = await stage.scene({ policy: { onMany: 'skip' } });
      addTwins(scene);
      const [outcome] = await scene.sync([recordWithTask(scene)]);
      assert.deepEqual(scene.counts(), { people: 2, calls: 0, tasks: 0, links: 0 });
      assertNoted(outcome);
      assertUnassigned(outcome, 'SEVERAL_MATCHES');
    },
  },
  {
    name: 'onMany: skip takes a record that carries both the key and the number for one person',
    async run(stage) {
      const scene = await stage.scene({ policy: { onMany: 'skip' } });
      await scene.sync([scene.record(1)]);
      scene.crm.catchUp?.();
      scene.cache.entries.clear();
      await scene.sync([scene.record(2, { person: scene.person(1) })]);
      assert.deepEqual(scene.counts(), { people: 1, calls: 2, tasks: 0, links: 2 });
      const { people } = await scene.crm.connector.dryRun([scene.record(1)], true);
      assert.deepEqual(people?.[0]?.candidates, [scene.stored(1)?.id]);
    },
  },
  ...(['create', 'log-only', 'skip'] as const).map(
    (onMissing): ContractCase => ({
      name: `a link-only person who is missing is not created under onMissing: ${onMissing}; call and tasks are logged`,
      async run(stage) {
        const scene = await stage.scene({ policy: { onMissing } });
        const person = scene.person(1, { linkOnly: true });
        const outcomes = await scene.sync([{ ...recordWithTask(scene), person }]);
        assert.deepEqual(statuses(outcomes), ['synced']);
        assert.deepEqual(scene.counts(), { people: 0, calls: 1, tasks: 1, links: 0 });
      },
    }),
  ),
  {
    name: 'a link-only person who is found is linked to and left unchanged',
    async run(stage) {
      const scene = await stage.scene();
      const id = scene.crm.addPerson({ name: 'Ana', phone: phone(1).e164 });
      const before = scene.crm.records('person');
      const { status } = stage.harness.fields;
      const written = scene.personWith(1, { field: status, value: 'interested', when: 'always' });
      await scene.sync([{ ...recordWithTask(scene), person: { ...written, linkOnly: true } }]);
      assert.deepEqual(scene.crm.records('person').map(essence), before.map(essence));
      const activities = [...scene.crm.records('call'), ...scene.crm.records('task')];
      assert.deepEqual(
        activities.map(({ person }) => person),
        [id, id],
      );

      function essence({ id, key, values }: (typeof before)[number]) {
        const { name, phone: number } = stage.harness.fields;
        return [id, key ?? '', values[name] ?? '', values[number] ?? '', values[status] ?? ''];
      }
    },
  },
];

function recordWithTask(scene: Scene) {
  return scene.record(1, { tasks: [scene.task(1)] });
}

/** Two people without our key who have person 1's number. */
function addTwins(scene: Scene) {
  const number = phone(1).e164;
  const recent = scene.crm.addPerson({ name: 'Ana', phone: number, createdAt: NEW });
  const old = scene.crm.addPerson({ name: 'Ana', phone: number, createdAt: OLD });
  return { old, recent };
}

function assertNoted(outcome: Awaited<ReturnType<Scene['sync']>>[number] | undefined): void {
  assert.equal(outcome?.status, 'synced');
  assert.ok('note' in outcome && outcome.note, 'the outcome does not say why nothing was written');
}

function assertUnassigned(
  outcome: Awaited<ReturnType<Scene['sync']>>[number] | undefined,
  expected: Unassigned | undefined,
): void {
  assert.equal(outcome?.status, 'synced');
  assert.equal(outcome.unassigned, expected);
}
