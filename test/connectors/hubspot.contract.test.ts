import { describeContract } from './contract.ts';
import { phone } from './fixtures.ts';
import { startPortal } from './hubspot/portal.ts';

const FAILURES = { unavailable: 503, rate_limited: 429, unauthorized: 401 } as const;

describeContract(
  'hubspot',
  {
    person: (n) => [
      { field: 'firstname', value: 'Sofía', when: 'if-empty' },
      { field: 'phone', value: phone(n).e164, when: 'if-empty' },
    ],
    call: (n) => [
      { field: 'hs_timestamp', value: '2026-11-24T10:00:00.000Z', when: 'always' },
      { field: 'hs_call_title', value: `Call ${n}`, when: 'always' },
    ],
    refusedCall: [{ field: 'hs_timestamp', value: 'no date', when: 'always' }],
    unknownField: 'no_such_property',
    writes: 3,
  },
  async () => {
    const { hubspot, connector, close } = await startPortal({ limits: { app: 10_000, search: 1_000 } });
    const write = '/batch/(upsert|update|create|associate)';
    return {
      connector,
      people: () => hubspot.contacts().map(({ properties }) => String(properties.altur_person_key)),
      calls: () => hubspot.calls().map(({ properties }) => String(properties.altur_call_id)),
      linked: () => hubspot.associations().filter(({ from }) => from.type === 'calls').length,
      loseNextWrite: (nth) => hubspot.fault({ kind: 'lost', path: write, nth }),
      breakWith: (kind) =>
        hubspot.fault({ kind: 'status', status: FAILURES[kind], body: {}, times: 'always' }),
      mend: () => hubspot.clearFaults(),
      close,
    };
  },
);
