/** What monitoring asks of a connector: its requests, its account, whether records are still there, and a missing option. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  CrmError,
  type ObservedRequest,
  type Outcome,
  type RecordIds,
  type RequestObserver,
} from '../../../connectors/connector.ts';
import { phone } from '../fixtures.ts';
import type { ContractCase } from './contract-case.ts';
import type { Harness, OptionalMember } from './harness.ts';
import type { Scene } from './scene.ts';

const TIMEOUT_MS = 500;

export const MONITORING_CASES: readonly ContractCase[] = [
  {
    name: 'every request is observed once when it is sent and once when it is answered, without personal data',
    async run(stage) {
      const { observeRequest, requests } = observer();
      const scene = await stage.scene({ observeRequest });
      const [sent, seen] = [scene.crm.requests().length, requests.length];
      await scene.sync([scene.record(1, { tasks: [scene.task(1)] }), scene.record(2)]);
      await scene.sync([scene.record(1, { possiblyWritten: true })]);
      const observed = requests.slice(seen);
      assert.equal(observed.length, scene.crm.requests().length - sent);
      assert.deepEqual(
        observed.filter(({ ends }) => ends.length !== 1 || (ends[0]?.status ?? 0) < 200),
        [],
      );
      const text = inspect(observed, { depth: 5 });
      for (const secret of ['user_1', 'Name 1', phone(1).national[0]!])
        assert.ok(!text.includes(secret), text);
    },
  },
  {
    name: 'a request that the CRM fails is observed with its status, one without a response with none',
    async run(stage) {
      const { observeRequest, requests } = observer();
      const scene = await stage.scene({ observeRequest, requestTimeoutMs: TIMEOUT_MS });
      scene.crm.hang('look-up');
      await assert.rejects(scene.sync([scene.record(1)]), CrmError);
      assert.deepEqual(requests.at(-1)!.ends, [{}]);
      scene.crm.recover();
      scene.crm.fail('unavailable', 'no reason');
      await assert.rejects(scene.sync([scene.record(1)]), CrmError);
      assert.ok((requests.at(-1)!.ends[0]?.status ?? 0) >= 400, inspect(requests.at(-1)));
    },
  },
  {
    name: 'account names the portal or org, and is read once',
    doesNotApply: lacking('account'),
    async run(stage) {
      const scene = await stage.scene();
      const { connector } = scene.crm;
      const account = await connector.account!();
      assert.ok(account.id !== '' && account.name !== '', inspect(account));
      const asked = scene.crm.requests().length;
      assert.deepEqual(await Promise.all([connector.account!(), connector.account!()]), [account, account]);
      assert.equal(scene.crm.requests().length, asked, 'it was read again');
    },
  },
  {
    name: 'account of a CRM that fails is a CrmError; calls are written once it works, and account answers',
    doesNotApply: lacking('account'),
    async run(stage) {
      const scene = await stage.scene();
      const { connector } = scene.crm;
      scene.crm.fail('unavailable', 'no reason');
      await assert.rejects(connector.account!(), CrmError);
      scene.crm.recover();
      assert.deepEqual(
        (await scene.sync([scene.record(1)])).map(({ status }) => status),
        ['synced'],
      );
      assert.notEqual((await connector.account!()).id, '');
    },
  },
  {
    name: 'verify says which records are there and linked, in order, in a few requests that only read',
    doesNotApply: lacking('verify'),
    async run(stage) {
      const scene = await stage.scene();
      const calls = await writtenCalls(scene);
      const [writes, lookUps] = [scene.writes(), scene.lookUps()];
      const { connector } = scene.crm;
      const states = await connector.verify!(calls);
      for (const [index, state] of states.entries()) {
        assert.deepEqual([state.person, state.call, state.linked], ['present', 'present', true]);
        assert.deepEqual(state.tasks, { [`cll_${index + 1}:follow-up`]: 'present' });
      }
      assert.ok(scene.lookUps() - lookUps <= 6, `${scene.lookUps() - lookUps} requests`);
      const [{ person, call } = {}] = calls;
      assert.deepEqual(await connector.verify!([{ call: call! }, {}, { person: person! }]), [
        { call: 'present' },
        {},
        { person: 'present' },
      ]);
      assert.deepEqual(await connector.verify!([]), []);
      assert.equal(scene.writes(), writes, 'verify wrote');
    },
  },
  {
    name: 'verify finds that a person, a call or a task was deleted',
    doesNotApply: lacking('verify'),
    async run(stage) {
      const scene = await stage.scene();
      const calls = await writtenCalls(scene);
      const key = 'cll_3:follow-up';
      scene.crm.remove('person', calls[0]!.person!);
      scene.crm.remove('call', calls[1]!.call!);
      scene.crm.remove('task', calls[2]!.tasks![key]!);
      const [first, second, third, fourth] = await scene.crm.connector.verify!(calls);
      assert.deepEqual([first?.person, first?.call, first?.linked], ['gone', 'present', false]);
      assert.deepEqual([second?.person, second?.call, second?.linked], ['present', 'gone', false]);
      assert.deepEqual([third?.call, third?.tasks, third?.linked], ['present', { [key]: 'gone' }, true]);
      assert.deepEqual([fourth?.person, fourth?.call, fourth?.linked], ['present', 'present', true]);
    },
  },
  {
    name: 'findCalls finds the calls that are there, those just written too, in order, in one request that only reads',
    doesNotApply: lacking('findCalls'),
    async run(stage) {
      const scene = await stage.scene();
      const calls = await writtenCalls(scene);
      const [writes, lookUps] = [scene.writes(), scene.lookUps()];
      const { connector } = scene.crm;
      const ids = ['cll_3', 'never written', 'cll_1', 'CLL_1', 'cll_3:follow-up', '', "o'brien\\%", 'cll_3'];
      const third = calls[2]!.call;
      assert.deepEqual(await connector.findCalls!(ids), [
        third,
        undefined,
        calls[0]!.call,
        undefined,
        // Where calls and tasks are of one object the key of a task is found: no call has it.
        (await connector.findCalls!(['cll_3:follow-up']))[0],
        undefined,
        undefined,
        third,
      ]);
      assert.equal(scene.lookUps() - lookUps, 2, `${scene.lookUps() - lookUps} requests for two look-ups`);
      assert.deepEqual(await connector.findCalls!([]), []);
      assert.equal(scene.writes(), writes, 'findCalls wrote');
    },
  },
  {
    name: 'findCalls finds calls whose ids are longer than the key field, and none that was deleted',
    doesNotApply: lacking('findCalls'),
    async run(stage) {
      const scene = await stage.scene();
      const long = `cll_${'x'.repeat(400)}`;
      const outcomes = await scene.sync([scene.record(1, { callId: long }), scene.record(2)]);
      const [first, second] = outcomes.map((outcome) =>
        outcome.status === 'synced' ? outcome.records.call : undefined,
      );
      const { connector } = scene.crm;
      assert.deepEqual(await connector.findCalls!([long, `${long}y`, 'cll_2']), [first, undefined, second]);
      scene.crm.remove('call', second!);
      assert.deepEqual(await connector.findCalls!([long, 'cll_2']), [first, undefined]);
    },
  },
  {
    name: 'findCalls of a CRM that fails, or gives no response, is a CrmError: not that nothing is there',
    doesNotApply: lacking('findCalls'),
    async run(stage) {
      const scene = await stage.scene({ requestTimeoutMs: TIMEOUT_MS });
      await scene.sync([scene.record(1)]);
      const { connector } = scene.crm;
      scene.crm.fail('unavailable', 'no reason');
      await assert.rejects(connector.findCalls!(['cll_1']), CrmError);
      scene.crm.recover();
      scene.crm.hang('look-up');
      await assert.rejects(connector.findCalls!(['cll_1']), CrmError);
      scene.crm.recover();
      assert.notEqual((await connector.findCalls!(['cll_1']))[0], undefined);
      await assert.rejects(connector.findCalls!(['cll_1'], AbortSignal.abort()));
    },
  },
  {
    name: 'findCalls before the CRM has the key fields is a CrmError that says what to do',
    doesNotApply: lacking('findCalls'),
    async run(stage) {
      const scene = await stage.scene({ provisioned: false });
      await assert.rejects(scene.crm.connector.findCalls!(['cll_1']), {
        name: 'CrmError',
        code: 'KEY_FIELD_MISSING',
        message: /provision/,
      });
    },
  },
  {
    name: 'addOption to a field that is missing or has no options is a change that says why, and changes nothing',
    doesNotApply: lacking('addOption'),
    async run(stage) {
      const scene = await stage.scene();
      const { connector } = scene.crm;
      const writes = scene.writes();
      const { callTitle, unknown } = stage.harness.fields;
      const fields = [callTitle, ...(unknown === undefined ? [] : [unknown])];
      for (const field of fields) {
        const object = field === callTitle ? 'call' : 'person';
        const { action, detail } = await connector.addOption!(object, field, 'an option');
        assert.ok(action === 'skipped' || action === 'failed', action);
        assert.ok(detail, `${field}: no detail`);
      }
      assert.equal(scene.writes(), writes);
    },
  },
];

/** Four calls of four people, with a task each. */
async function writtenCalls(scene: Scene): Promise<readonly RecordIds[]> {
  const records = scene.range(4).map((record, index) => ({ ...record, tasks: [scene.task(index + 1)] }));
  const outcomes = await scene.sync(records);
  return outcomes.map((outcome) => (outcome as Outcome & { status: 'synced' }).records);
}

interface Observed extends ObservedRequest {
  readonly ends: { readonly status?: number }[];
}

function observer() {
  const requests: Observed[] = [];
  const observeRequest: RequestObserver = (request) => {
    const ends: Observed['ends'] = [];
    requests.push({ ...request, ends });
    return (response) => ends.push(response);
  };
  return { observeRequest, requests };
}

function lacking(member: OptionalMember) {
  return ({ lacks = [] }: Harness) => (lacks.includes(member) ? `it has no ${member}` : undefined);
}
