/** Reasons, errors, findings and logs hold codes and field names: never values, keys, phone numbers or bodies. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { phone } from '../fixtures.ts';
import type { ContractCase } from './contract-case.ts';
import { always, type Scene } from './scene.ts';

const SECRET = 'owes 4711 pesos';
const SECRETS = ['4711', phone(1).national[0]!, 'Name 1', 'user_1'];

export const SECRECY_CASES: readonly ContractCase[] = [
  {
    name: 'the reason of a rejected call holds a stable code, and no personal data',
    async run(stage) {
      const scene = await stage.scene();
      const call = { fields: stage.harness.fields.rejectedCall(SECRET) };
      const [outcome] = await scene.sync([scene.record(1, { call })]);
      assert.equal(outcome?.status, 'dead-letter');
      assert.match(outcome.code, /^[A-Z][A-Z0-9_]+$/);
      assert.notEqual(outcome.reason, '');
      assert.equal(outcome.object, 'call');
      assertSecret(scene, outcome);
    },
  },
  {
    name: 'the reason of a skipped field holds no personal data',
    doesNotApply: ({ fields }) => (fields.unknown === undefined ? 'it accepts any field' : undefined),
    async run(stage) {
      const scene = await stage.scene();
      const person = scene.personWith(1, always(stage.harness.fields.unknown!, SECRET));
      const [outcome] = await scene.sync([scene.record(1, { person })]);
      assert.equal(outcome?.status, 'synced');
      assertSecret(scene, outcome.skippedFields);
    },
  },
  ...(['unavailable', 'rate_limited', 'unauthorized'] as const).map(
    (kind): ContractCase => ({
      name: `the error of a CRM that is ${kind} holds no personal data, though the CRM quotes it`,
      async run(stage) {
        const scene = await stage.scene();
        const text = `${SECRET} ${phone(1).e164} user_1 Name 1`;
        scene.crm.fail(kind, text);
        const error = await scene.sync([scene.record(1)]).catch((thrown: Error) => thrown);
        assert.ok(error instanceof Error);
        assertSecret(scene, error.message);
        assertSecret(scene, await scene.crm.connector.check());
      },
    }),
  ),
  {
    name: 'a batch that goes well logs no personal data',
    async run(stage) {
      const scene = await stage.scene();
      const call = { fields: [always(stage.harness.fields.callTitle, SECRET)] };
      await scene.sync([scene.record(1, { call, tasks: [scene.task(1)] })]);
      await scene.sync([scene.record(1, { call, tasks: [scene.task(1)], possiblyWritten: true })]);
      assertSecret(scene, []);
    },
  },
];

/** Neither what was returned nor the log holds a secret. */
function assertSecret(scene: Scene, returned: unknown): void {
  const text = inspect([returned, scene.log.entries], { depth: 10, maxStringLength: null });
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `"${secret}" is in: ${text}`);
}
