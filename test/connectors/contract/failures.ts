/** The CRM as a whole fails: the batch is thrown back with what to do, and nothing is decided about its calls. */
import assert from 'node:assert/strict';
import { CrmError } from '../../../connectors/connector.ts';
import type { ContractCase } from './contract-case.ts';
import { statuses } from './scene.ts';
import { within } from './wait.ts';

/** The timeout of a request in the case, and the time allowed to a batch with one or two hanging requests. */
const REQUEST_TIMEOUT_MS = 200;
const BATCH_TIMEOUT_MS = 3_000;

export const FAILURE_CASES: readonly ContractCase[] = [
  ...(['unavailable', 'rate_limited', 'unauthorized'] as const).map(
    (kind): ContractCase => ({
      name: `a CRM that is ${kind} fails the batch as ${kind}, and works again afterwards`,
      async run(stage) {
        const scene = await stage.scene();
        await scene.sync([scene.record(1)]);
        scene.crm.fail(kind, 'no reason');
        const error = await scene.sync([scene.record(2)]).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof CrmError, 'sync did not throw a CrmError');
        assert.equal(error.kind, kind);
        assert.match(error.code, /^[A-Z][A-Z0-9_]+$/);
        if (kind === 'rate_limited')
          assert.ok((error.retryAfterMs ?? 0) > 0, 'how long to wait is not known');
        scene.crm.recover();
        assert.deepEqual(statuses(await scene.sync([scene.record(2)])), ['synced']);
        assert.equal(scene.counts().calls, 2);
      },
    }),
  ),
  ...(['look-up', 'write'] as const).map(
    (request): ContractCase => ({
      name: `a ${request} without a response ends in time, and the batch can be repeated`,
      async run(stage) {
        const scene = await stage.scene({ requestTimeoutMs: REQUEST_TIMEOUT_MS });
        scene.crm.hang(request);
        const syncing = within(BATCH_TIMEOUT_MS, `a hanging ${request}`, scene.sync(scene.range(2)));
        await assert.rejects(syncing, { name: 'CrmError', kind: 'unavailable' });
        scene.crm.recover();
        assert.deepEqual(statuses(await scene.sync(scene.range(2))), ['synced', 'synced']);
        assert.deepEqual(scene.counts(), { people: 2, calls: 2, tasks: 0, links: 2 });
      },
    }),
  ),
];
