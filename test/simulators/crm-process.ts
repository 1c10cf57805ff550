/** A simulated CRM in a process of its own, provisioned, and the environment that leads a service to it. */
import { type SimulatorProcess, startProcess } from './kit/simulator-process.ts';

export type CrmKind = 'hubspot' | 'salesforce';

export interface CrmProcess {
  readonly simulator: SimulatorProcess;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

/** `settings`: the vendor's own; `latencyMs` is both's. */
export function startCrmProcess(
  kind: CrmKind,
  settings: { readonly latencyMs: number },
): Promise<CrmProcess> {
  return kind === 'hubspot' ? startHubSpot(settings) : startSalesforce(settings);
}

async function startHubSpot(settings: object): Promise<CrmProcess> {
  const options = { provisioned: true, ...settings };
  const simulator = await startProcess('../hubspot/main.ts', [JSON.stringify(options)]);
  const { url, token } = JSON.parse(simulator.readyLine) as { url: string; token: string };
  const env = { CRM_CONNECTOR: 'hubspot', HUBSPOT_ACCESS_TOKEN: token, HUBSPOT_API_URL: url };
  return { simulator, url, env };
}

async function startSalesforce({
  latencyMs,
  ...settings
}: {
  readonly latencyMs: number;
}): Promise<CrmProcess> {
  const options = ['--provisioned', '--latency', `${latencyMs}`, '--settings', JSON.stringify(settings)];
  const simulator = await startProcess('../salesforce/main.ts', options);
  const url = simulator.readyLine;
  const env = {
    CRM_CONNECTOR: 'salesforce',
    SALESFORCE_LOGIN_URL: url,
    SALESFORCE_CLIENT_ID: 'client-id',
    SALESFORCE_CLIENT_SECRET: 'client-secret',
  };
  return { simulator, url, env };
}
