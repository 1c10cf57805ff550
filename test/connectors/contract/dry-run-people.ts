/** A dry run with look-ups says who a person is in the CRM, and what becomes of each field. */
import assert from 'node:assert/strict';
import type { LookedUpPerson } from '../../../connectors/connector.ts';
import { phone } from '../fixtures.ts';
import type { ContractCase } from './contract-case.ts';
import type { Scene } from './scene.ts';

const FIRST = Date.UTC(2024, 0, 1);
const SECOND = Date.UTC(2025, 0, 1);

export const DRY_RUN_PEOPLE_CASES: readonly ContractCase[] = [
  {
    name: 'a dry run says which record a person is, by what, what it holds, and what stays as it is',
    async run(stage) {
      const scene = await stage.scene();
      const { name, phone: number, status } = stage.harness.fields;
      const id = scene.crm.addPerson({ name: 'Ana', phone: phone(1).e164, values: { [status]: 'open' } });
      const person = await lookUp(scene, scene.personWith(1, newest(status, 'paid')));
      assert.equal(person.match, 'found');
      assert.equal(person.recordId, id);
      assert.equal(person.matchedBy?.by, 'phone');
      assert.deepEqual(person.candidates, [id]);
      assert.equal(person.assignedKey, 'user_1');
      assert.equal(person.current[name], 'Ana');
      assert.equal(person.current[status], 'open');
      assert.deepEqual(person.written, [{ field: status, after: 'paid' }]);
      assert.deepEqual(person.notWritten, [
        { field: name, why: 'filled' },
        { field: number, why: 'filled' },
      ]);
    },
  },
  {
    name: 'a dry run says that nobody matches, and who is created',
    async run(stage) {
      const scene = await stage.scene();
      const person = await lookUp(scene, scene.person(1));
      const { match, candidates, current, notWritten } = person;
      assert.deepEqual([match, candidates, current, notWritten], ['created', [], {}, []]);
      assert.equal(person.written.length, 2);
      const careful = await stage.scene({ policy: { onMissing: 'log-only' } });
      const nobody = await lookUp(careful, careful.person(1));
      assert.deepEqual([nobody.match, nobody.logsCalls, nobody.written], ['none', true, []]);
    },
  },
  {
    name: 'a dry run says how many people match, and which of them is taken',
    async run(stage) {
      const scene = await stage.scene();
      const ids = addTwins(scene);
      const person = await lookUp(scene, scene.person(1));
      assert.deepEqual([person.match, person.recordId], ['found', ids[1]]);
      assert.deepEqual(person.candidates.toSorted(), ids.toSorted());
      const careful = await stage.scene({ policy: { onMany: 'skip' } });
      addTwins(careful);
      const several = await lookUp(careful, careful.person(1));
      assert.deepEqual([several.match, several.recordId, several.written], ['several', undefined, []]);
      assert.equal(several.candidates.length, 2);
    },
  },
  {
    name: 'a dry run says what a later call has written, and what is added to a list',
    async run(stage) {
      const scene = await stage.scene();
      const { status, tags } = stage.harness.fields;
      const write = (value: string, tag: string) =>
        scene.personWith(1, newest(status, value), { field: tags, value: tag, when: 'append' });
      await scene.sync([scene.record(2, { person: write('paid', 'vip') })]);
      scene.crm.catchUp?.();
      const person = await lookUp(scene, write('open', 'vip;late'));
      assert.deepEqual(
        person.notWritten.filter(({ field }) => field === status),
        [{ field: status, why: 'later-call' }],
      );
      assert.equal(person.current[status], 'paid');
      assert.deepEqual(person.written, [{ field: tags, after: 'vip;late', added: ['late'] }]);
    },
  },
  {
    name: 'a dry run without look-ups says nothing of people',
    async run(stage) {
      const scene = await stage.scene();
      const { people } = await scene.crm.connector.dryRun([scene.record(1)], false);
      assert.equal(people, undefined);
    },
  },
];

async function lookUp(scene: Scene, person: ReturnType<Scene['person']>): Promise<LookedUpPerson> {
  const anonymous = scene.record(3);
  const { person: _, ...nobody } = anonymous;
  const { people } = await scene.crm.connector.dryRun([nobody, scene.record(1, { person })], true);
  assert.equal(people?.length, 2);
  assert.equal(people[0], undefined);
  assert.ok(people[1], 'nothing is said of the person');
  return people[1];
}

function newest(field: string, value: string) {
  return { field, value, when: 'newest' } as const;
}

/** Two people with person 1's number, the older one first. */
function addTwins(scene: Scene): readonly [string, string] {
  const number = phone(1).e164;
  const old = scene.crm.addPerson({ name: 'Ana', phone: number, createdAt: FIRST });
  return [old, scene.crm.addPerson({ name: 'Ana', phone: number, createdAt: SECOND })];
}
