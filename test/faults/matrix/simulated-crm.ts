/** A simulated CRM in a process of its own, as the matrix starts, disturbs and reads it. */
import { type CrmKind, startCrmProcess } from '../../simulators/crm-process.ts';
import type { FaultRule } from '../../simulators/kit/fault.ts';
import { controlRequest } from './control-request.ts';
import type { CrmState } from './crm-state.ts';
import { type ExpectedFields, HUBSPOT_FIELDS, SALESFORCE_FIELDS } from './expected-fields.ts';
import { hubSpotState, salesforceState } from './read-state.ts';

export interface SimulatedCrm {
  readonly kind: CrmKind;
  readonly url: string;
  /** What leads a service to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly expected: ExpectedFields;
  state(): Promise<CrmState>;
  /** How many it has received. */
  requests(): Promise<number>;
  install(rules: readonly FaultRule[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** `POST /__<name>`. */
  control(name: string, body?: unknown): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** A CRM answers after this long, ms. */
const LATENCY_MS = 50;

/** Those of a Professional portal; a row of its own is about exceeding them. */
const HUBSPOT = { lagMs: 1_000, limits: { app: 190, associations: 190 } };

export async function startCrm(kind: CrmKind, settings: object): Promise<SimulatedCrm> {
  const own = kind === 'hubspot' ? HUBSPOT : {};
  const { simulator, url, env } = await startCrmProcess(kind, { latencyMs: LATENCY_MS, ...own, ...settings });
  const expected = kind === 'hubspot' ? HUBSPOT_FIELDS : SALESFORCE_FIELDS;
  const read = (kind === 'hubspot' ? hubSpotState : salesforceState) as (state: unknown) => CrmState;
  const ask = (method: string, name: string, body?: unknown) =>
    controlRequest(method, `${url}/__${name}`, body);
  return {
    ...{ kind, url, env, expected },
    state: async () => read(await ask('GET', 'state')),
    requests: async () => (await ask('GET', 'request-count')) as number,
    install: async (rules) => void (await ask('POST', 'faults', rules)),
    clearFaults: async () => void (await ask('DELETE', 'faults')),
    control: (name, body) => ask('POST', name, body),
    stop: () => simulator.stop(),
  };
}
