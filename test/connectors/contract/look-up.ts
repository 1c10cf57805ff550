/** Who a person is: found by key and by phone, cached, and never created twice. */
import assert from 'node:assert/strict';
import { phone } from '../fixtures.ts';
import type { ContractCase } from './contract-case.ts';
import type { Harness } from './harness.ts';
import { statuses } from './scene.ts';

const withoutLag = ({ searchLag }: Harness) => (searchLag ? undefined : 'its search sees writes at once');

/** How users write person 1's number: as E.164, nationally, and as Mexican mobile numbers were written until 2019. */
const PHONE_FORMS = [phone(1).e164, phone(1).national[0]!, `+521${phone(1).national[0]!}`];

export const LOOK_UP_CASES: readonly ContractCase[] = [
  ...PHONE_FORMS.map(
    (written): ContractCase => ({
      name: `a person whose number is written as ${written} is found, used and given the key`,
      async run(stage) {
        const scene = await stage.scene();
        const id = scene.crm.addPerson({ name: 'Ana', phone: written });
        assert.deepEqual(statuses(await scene.sync([scene.record(1)])), ['synced']);
        assert.deepEqual(scene.counts(), { people: 1, calls: 1, tasks: 0, links: 1 });
        assert.equal(scene.crm.records('call')[0]?.person, id);
        assert.equal(scene.stored(1)?.id, id);
      },
    }),
  ),
  {
    name: 'a person with the same number and another external id is somebody else',
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync([scene.record(1)]);
      scene.crm.catchUp?.();
      const { identities, ...other } = scene.person(2);
      const sameNumber = scene.person(1).identities.filter(({ by }) => by === 'phone');
      const person = { ...other, identities: [...identities.slice(0, 1), ...sameNumber] };
      await scene.sync([scene.record(2, { person })]);
      assert.deepEqual(
        scene.crm
          .records('person')
          .map(({ key }) => key)
          .toSorted(),
        ['user_1', 'user_2'],
      );
    },
  },
  {
    name: 'a person known by number only is the same one once the external id is known',
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync([scene.record(1, { person: scene.personByPhone(1) })]);
      await scene.sync([scene.record(2, { person: scene.person(1) })]);
      assert.deepEqual(scene.counts(), { people: 1, calls: 2, tasks: 0, links: 2 });
      assert.equal(scene.crm.records('person')[0]?.key, 'user_1');
    },
  },
  {
    name: 'behind search lag, a person created a moment ago is found by number',
    doesNotApply: withoutLag,
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync([scene.record(1)]);
      await scene.sync([scene.record(2, { person: scene.personByPhone(1) })]);
      assert.deepEqual(scene.counts(), { people: 1, calls: 2, tasks: 0, links: 2 });
    },
  },
  {
    name: 'behind search lag, a person whose creation was not confirmed is not created twice',
    doesNotApply: withoutLag,
    async run(stage) {
      const scene = await stage.scene();
      scene.crm.loseWrite(1);
      await assert.rejects(scene.sync([scene.record(1)]));
      scene.crm.recover();
      await scene.sync([scene.record(2, { person: scene.personByPhone(1) }), scene.record(1)]);
      assert.deepEqual(scene.counts(), { people: 1, calls: 2, tasks: 0, links: 2 });
    },
  },
  {
    name: 'people who are cached are not looked up again',
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync(scene.range(3));
      const before = scene.crm.requests().length;
      const again = [1, 2, 3].map((n) => scene.record(10 + n, { person: scene.person(n) }));
      await scene.sync(again);
      const { activityLookUps = 0 } = stage.harness.budget(3);
      assert.ok(
        scene.lookUps(before) <= activityLookUps,
        `${scene.lookUps(before)} look-ups for cached people`,
      );
      assert.deepEqual(scene.counts(), { people: 3, calls: 6, tasks: 0, links: 6 });
    },
  },
  {
    name: 'a cache that is lost costs requests, not correctness',
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync(scene.range(3));
      scene.crm.catchUp?.();
      scene.cache.entries.clear();
      const again = [1, 2, 3].map((n) => scene.record(10 + n, { person: scene.person(n) }));
      again.push(scene.record(14, { person: scene.personByPhone(1) }));
      assert.deepEqual(statuses(await scene.sync(again)), Array(4).fill('synced'));
      assert.deepEqual(scene.counts(), { people: 3, calls: 7, tasks: 0, links: 7 });
    },
  },
  {
    name: 'a person that a user deleted is created again, whatever is cached',
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync([scene.record(1)]);
      scene.crm.remove('person', scene.stored(1)!.id);
      const { status } = stage.harness.fields;
      const person = scene.personWith(1, { field: status, value: 'interested', when: 'always' });
      assert.deepEqual(statuses(await scene.sync([scene.record(2, { person })])), ['synced']);
      const call = scene.crm.records('call').find(({ key }) => key === 'cll_2');
      assert.equal(scene.crm.records('person').length, 1);
      assert.equal(call?.person, scene.stored(1)?.id);
    },
  },
  {
    name: 'behind search lag, a person that a user deleted is created again once, whichever call comes first',
    doesNotApply: withoutLag,
    async run(stage) {
      const scene = await stage.scene();
      await scene.sync([scene.record(1)]);
      scene.crm.remove('person', scene.stored(1)!.id);
      const { status } = stage.harness.fields;
      const byId = scene.personWith(1, { field: status, value: 'interested', when: 'always' });
      const byNumber = scene.personByPhone(1, { fields: byId.fields });
      await scene.sync([scene.record(2, { person: byNumber })]);
      await scene.sync([scene.record(3, { person: byId })]);
      assert.equal(scene.crm.records('person').length, 1);
    },
  },
];
