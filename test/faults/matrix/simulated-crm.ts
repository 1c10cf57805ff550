/** A simulated CRM in a process of its own, as the matrix starts, disturbs and reads it. */
import type { FaultRule } from '../../simulators/kit/fault.ts';
import { type SimulatorProcess, startProcess } from '../../simulators/kit/simulator-process.ts';
import { controlRequest } from './control-request.ts';
import type { CrmState } from './crm-state.ts';
import { type ExpectedFields, HUBSPOT_FIELDS, SALESFORCE_FIELDS } from './expected-fields.ts';
import { hubSpotState, salesforceState } from './read-state.ts';

export type CrmKind = 'hubspot' | 'salesforce';

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

export async function startCrm(kind: CrmKind, settings: object): Promise<SimulatedCrm> {
  return kind === 'hubspot' ? startHubSpot(settings) : startSalesforce(settings);
}

async function startHubSpot(settings: object): Promise<SimulatedCrm> {
  // The limits are those of a Professional portal; a row of its own is about exceeding them.
  const limits = { app: 190, associations: 190 };
  const options = { provisioned: true, latencyMs: LATENCY_MS, lagMs: 1_000, limits, ...settings };
  const simulator = await startProcess('../hubspot/main.ts', [JSON.stringify(options)]);
  const { url, token } = JSON.parse(simulator.readyLine) as { url: string; token: string };
  const env = { CRM_CONNECTOR: 'hubspot', HUBSPOT_ACCESS_TOKEN: token, HUBSPOT_API_URL: url };
  return driven(simulator, { kind: 'hubspot', url, env, expected: HUBSPOT_FIELDS }, hubSpotState);
}

async function startSalesforce(settings: object): Promise<SimulatedCrm> {
  const options = ['--provisioned', '--latency', `${LATENCY_MS}`, '--settings', JSON.stringify(settings)];
  const simulator = await startProcess('../salesforce/main.ts', options);
  const url = simulator.readyLine;
  const env = {
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: url,
    SALESFORCE_CLIENT_ID: 'client-id',
    SALESFORCE_CLIENT_SECRET: 'client-secret',
  };
  return driven(simulator, { kind: 'salesforce', url, env, expected: SALESFORCE_FIELDS }, salesforceState);
}

function driven(
  simulator: SimulatorProcess,
  crm: Pick<SimulatedCrm, 'kind' | 'url' | 'env' | 'expected'>,
  read: (state: never) => CrmState,
): SimulatedCrm {
  const ask = (method: string, name: string, body?: unknown) =>
    controlRequest(method, `${crm.url}/__${name}`, body);
  return {
    ...crm,
    state: async () => read((await ask('GET', 'state')) as never),
    requests: async () => (await ask('GET', 'request-count')) as number,
    install: async (rules) => void (await ask('POST', 'faults', rules)),
    clearFaults: async () => void (await ask('DELETE', 'faults')),
    control: (name, body) => ask('POST', name, body),
    stop: () => simulator.stop(),
  };
}
