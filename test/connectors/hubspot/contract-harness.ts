/** HubSpot for the contract suite. */
import type { Harness } from '../contract/harness.ts';
import { startPortal } from './portal.ts';

const STATUSES = { unavailable: 503, rate_limited: 429, unauthorized: 401 } as const;
const TYPES = { person: 'contacts', call: 'calls', task: 'tasks' } as const;
const KEYS = { person: 'altur_person_key', call: 'altur_call_id', task: 'altur_task_key' } as const;
const LOOK_UP = { path: '/(batch/read|search)$' };
const WRITE = { path: '/batch/(upsert|update|create|associate/default)$' };
/** Longer than any case: search sees a write when the case says so. */
const LAG_MS = 600_000;

export const harness: Harness = {
  name: 'hubspot',
  fields: {
    name: 'firstname',
    phone: 'phone',
    status: 'altur_status',
    tags: 'altur_tags',
    callTitle: 'hs_call_title',
    taskTitle: 'hs_task_subject',
    unknown: 'no_such_property',
    rejectedCall: (secret) => [{ field: 'hs_timestamp', value: `no date: ${secret}`, when: 'always' }],
    creatable: 'altur_promise',
  },
  // Contacts by key; then at most two searches under all forms of a hundred numbers, and a read of their hits.
  budget: (calls) => ({ lookUps: calls > 50 ? 4 : 3, writes: 3 }),
  searchLag: true,
  async start({ context, provisioned }) {
    const portal = await startPortal({
      context,
      provisioned,
      lagMs: LAG_MS,
      limits: { app: 10_000, associations: 10_000, search: 1_000 },
    });
    const { hubspot, connector, close } = portal;
    const records = { person: hubspot.contacts, call: hubspot.calls, task: hubspot.tasks };
    return {
      connector,
      records: (object) =>
        records[object]().map(({ id, properties }) => {
          const link = hubspot
            .associations()
            .find(({ from, to }) => from.id === id && to.type === 'contacts');
          return { id, key: properties[KEYS[object]], values: properties, person: link?.to.id };
        }),
      addPerson({ name, phone: written, values, createdAt }) {
        const createdate = createdAt === undefined ? {} : { createdate: new Date(createdAt).toISOString() };
        const contact = { firstname: name, ...(written && { phone: written }), ...values, ...createdate };
        return hubspot.seed({ contacts: [contact] })[0]!;
      },
      remove: (object, id) => {
        hubspot.remove(TYPES[object], id);
      },
      catchUp: () => hubspot.indexNow(),
      requests: () =>
        hubspot.requests.map(({ method, path, body }) => {
          return { method, path, body, reads: method === 'GET' || /\/(read|search)$/.test(path) };
        }),
      fail: (kind, message) => {
        hubspot.fault({ kind: 'status', status: STATUSES[kind], body: { message }, times: 'always' });
      },
      loseWrite: (nth) => {
        hubspot.fault({ kind: 'lost', ...WRITE, nth });
      },
      hang: (request) => {
        hubspot.fault({ kind: 'hang', ...(request === 'write' ? WRITE : LOOK_UP) });
      },
      recover: () => hubspot.clearFaults(),
      close,
    };
  },
};
