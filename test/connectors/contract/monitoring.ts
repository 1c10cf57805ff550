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

const TIMEOUT_MS = 200;

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
