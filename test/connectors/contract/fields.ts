/** When a field is written, and how one that is not is reported. */
import assert from 'node:assert/strict';
import type { FieldWrite } from '../../../connectors/connector.ts';
import { phone } from '../fixtures.ts';
import type { ContractCase } from './contract-case.ts';
import { always, type Scene } from './scene.ts';

const write = (field: string, value: string, when: FieldWrite['when']): FieldWrite => ({
  field,
  value,
  when,
});

/** Call `n` of person 1, with this field. */
const callOf = (scene: Scene, n: number, field: FieldWrite) => {
  return scene.record(n, { person: scene.personWith(1, field) });
};

/** In the order in which the calls ended. */
const said =
  (field: string) =>
  (n: number, value: string): FieldWrite => {
    return { field, value, when: 'newest', asOf: Date.UTC(2026, 10, 24, 10, 0, n) };
  };

export const FIELD_CASES: readonly ContractCase[] = [
  {
    name: 'always: the value is written, whatever is there',
    async run(stage) {
      const scene = await stage.scene();
      const { status } = stage.harness.fields;
      await scene.sync([callOf(scene, 1, always(status, 'interested'))]);
      await scene.sync([callOf(scene, 2, always(status, 'not interested'))]);
      assert.equal(scene.stored(1)?.values[status], 'not interested');
    },
  },
  {
    name: 'if-empty: an empty field is filled, a filled one is kept',
    async run(stage) {
      const scene = await stage.scene();
      const { name, status } = stage.harness.fields;
      scene.crm.addPerson({ name: 'Ana, as a user wrote it', phone: phone(1).e164 });
      await scene.sync([callOf(scene, 1, always(status, 'interested'))]);
      assert.equal(scene.stored(1)?.values[name], 'Ana, as a user wrote it');
      await scene.sync([scene.record(2)]);
      assert.equal(scene.stored(2)?.values[name], 'Name 2');
    },
  },
  {
    name: 'if-empty: a field that an earlier batch filled is kept',
    async run(stage) {
      const scene = await stage.scene();
      const { name } = stage.harness.fields;
      await scene.sync([scene.record(1)]);
      const person = scene.person(1, { fields: [write(name, 'another name', 'if-empty')] });
      await scene.sync([scene.record(2, { person })]);
      assert.equal(scene.stored(1)?.values[name], 'Name 1');
    },
  },
  {
    name: 'newest: of the calls of a batch, the one that ended last decides',
    async run(stage) {
      const scene = await stage.scene();
      const { status } = stage.harness.fields;
      const say = said(status);
      await scene.sync([callOf(scene, 2, say(2, 'later')), callOf(scene, 1, say(1, 'earlier'))]);
      assert.equal(scene.stored(1)?.values[status], 'later');
    },
  },
  {
    name: 'newest: a call that arrives late does not overwrite what a later one said',
    async run(stage) {
      const scene = await stage.scene();
      const { status } = stage.harness.fields;
      const say = said(status);
      await scene.sync([callOf(scene, 2, say(2, 'second'))]);
      await scene.sync([callOf(scene, 1, say(1, 'first'))]);
      assert.equal(scene.stored(1)?.values[status], 'second');
      await scene.sync([callOf(scene, 3, say(3, 'third'))]);
      assert.equal(scene.stored(1)?.values[status], 'third');
    },
  },
  {
    name: 'append: items are added to what is there, each once, within a batch and across batches',
    async run(stage) {
      const scene = await stage.scene();
      const { tags } = stage.harness.fields;
      const add = (n: number, value: string) => callOf(scene, n, write(tags, value, 'append'));
      scene.crm.addPerson({ name: 'Ana', phone: phone(1).e164, values: { [tags]: 'vip' } });
      await scene.sync([add(1, 'debt'), add(2, 'promise')]);
      await scene.sync([add(3, 'vip;paid')]);
      const items = scene
        .stored(1)
        ?.values[tags]?.split(';')
        .filter((item) => item !== '');
      assert.deepEqual(items?.toSorted(), ['debt', 'paid', 'promise', 'vip']);
    },
  },
  {
    name: 'a field that the CRM does not have is skipped and reported once; the rest is written',
    doesNotApply: ({ fields }) => (fields.unknown === undefined ? 'it accepts any field' : undefined),
    async run(stage) {
      const scene = await stage.scene();
      const unknown = stage.harness.fields.unknown!;
      const [outcome, other] = await scene.sync([callOf(scene, 1, always(unknown, 'x')), scene.record(2)]);
      assert.equal(outcome?.status, 'synced');
      assert.deepEqual(
        outcome.skippedFields.map(({ object, field }) => [object, field]),
        [['person', unknown]],
      );
      const [{ code, reason } = { code: '', reason: '' }] = outcome.skippedFields;
      assert.match(code, /^[A-Z][A-Z0-9_]+$/);
      assert.notEqual(reason, '');
      assert.deepEqual(other?.status === 'synced' && other.skippedFields, []);
      assert.equal(scene.counts().people, 2);
      assert.equal(scene.stored(1)?.values[stage.harness.fields.name], 'Name 1');
    },
  },
  {
    name: 'fields that the mapping skipped are repeated in the outcome, once',
    async run(stage) {
      const scene = await stage.scene();
      const skippedFields = [{ object: 'call', field: 'x', code: 'X', reason: 'because' }] as const;
      const [outcome] = await scene.sync([scene.record(1, { skippedFields })]);
      assert.deepEqual(outcome?.status === 'synced' && outcome.skippedFields, skippedFields);
    },
  },
];
