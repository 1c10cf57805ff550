/** The simulated CRM of a soak, in a process of its own and with the limits of a real account. */
import type { WrittenKeys } from '../../test/simulators/kit/controls.ts';
import { type SimulatorProcess, startProcess } from '../../test/simulators/kit/simulator-process.ts';
import type { CrmName } from './options.ts';

/** The fastest that a real one was seen to answer, ms. */
const LATENCY_MS = 100;

export interface SimulatedCrm {
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: string;
  counts(): Promise<{ readonly calls: number; readonly people: number }>;
  written(): Promise<WrittenKeys>;
  /** How many requests were answered with each status. */
  statuses(): Promise<Readonly<Record<string, number>>>;
  /** Forgets the requests, whose bodies it keeps. */
  clearRequests(): Promise<void>;
  stop(): Promise<unknown>;
}

export function startCrm(name: CrmName): Promise<SimulatedCrm> {
  return name === 'hubspot' ? startHubSpot() : startSalesforce();
}

async function startHubSpot(): Promise<SimulatedCrm> {
  const settings = { provisioned: true, latencyMs: LATENCY_MS };
  const simulator = await startProcess('../hubspot/main.ts', [JSON.stringify(settings)]);
  const { url, token } = JSON.parse(simulator.readyLine) as { url: string; token: string };
  const env = { CRM_CONNECTOR: 'hubspot', HUBSPOT_API_URL: url, HUBSPOT_ACCESS_TOKEN: token };
  const limits = 'HubSpot Free and Starter: 100 requests in 10 s, 5 searches a second, search 2 s behind';
  return crmAt(url, simulator, env, `${limits}, answers after ${LATENCY_MS} ms`);
}

async function startSalesforce(): Promise<SimulatedCrm> {
  const args = ['--provisioned', '--latency', `${LATENCY_MS}`];
  const simulator = await startProcess('../salesforce/main.ts', args);
  const url = simulator.readyLine;
  const env = {
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: url,
    SALESFORCE_CLIENT_ID: 'client-id',
    SALESFORCE_CLIENT_SECRET: 'client-secret',
  };
  const limits = 'Salesforce Enterprise: 100,000 requests a day, 25 at once';
  return crmAt(url, simulator, env, `${limits}, answers after ${LATENCY_MS} ms`);
}

function crmAt(
  url: string,
  simulator: SimulatorProcess,
  env: Readonly<Record<string, string>>,
  limits: string,
): SimulatedCrm {
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(url + path, { method });
    if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${path}`);
    return response.json();
  };
  return {
    pid: simulator.pid,
    env,
    limits,
    counts: () => ask('/__counts') as ReturnType<SimulatedCrm['counts']>,
    written: () => ask('/__written') as Promise<WrittenKeys>,
    statuses: () => ask('/__statuses') as ReturnType<SimulatedCrm['statuses']>,
    async clearRequests() {
      await ask('/__requests', 'DELETE');
    },
    stop: () => simulator.stop(),
  };
}
