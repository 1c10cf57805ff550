/** The simulated CRM of a soak, in a process of its own and with the limits of a real account. */
import { startCrmProcess } from '../../test/simulators/crm-process.ts';
import type { WrittenKeys } from '../../test/simulators/kit/controls.ts';
import type { CrmName } from './options.ts';

/** The fastest that a real one was seen to answer, ms. */
const LATENCY_MS = 100;

const LIMITS: Readonly<Record<CrmName, string>> = {
  hubspot: 'HubSpot Free and Starter: 100 requests in 10 s, 5 searches a second, search 2 s behind',
  salesforce: 'Salesforce Enterprise: 100,000 requests a day, 25 at once',
};

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

export async function startCrm(name: CrmName): Promise<SimulatedCrm> {
  const { simulator, url, env } = await startCrmProcess(name, { latencyMs: LATENCY_MS });
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(url + path, { method });
    if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${path}`);
    return response.json();
  };
  return {
    pid: simulator.pid,
    env,
    limits: `${LIMITS[name]}, answers after ${LATENCY_MS} ms`,
    counts: () => ask('/__counts') as ReturnType<SimulatedCrm['counts']>,
    written: () => ask('/__written') as Promise<WrittenKeys>,
    statuses: () => ask('/__statuses') as ReturnType<SimulatedCrm['statuses']>,
    async clearRequests() {
      await ask('/__requests', 'DELETE');
    },
    stop: () => simulator.stop(),
  };
}
