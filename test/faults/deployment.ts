/** Services in processes of their own that write into a simulated CRM, and everything else a fault test opens. */
import { readFileSync } from 'node:fs';
import { deliver, type ServiceProcess, startProcess, until } from '../e2e/service-process.ts';
import { type HubSpotSimulator, startHubSpot } from '../simulators/hubspot/hubspot.ts';

export class Deployment {
  readonly #services: ServiceProcess[] = [];
  readonly #releases: (() => unknown)[] = [];
  crm!: HubSpotSimulator;

  async open(): Promise<void> {
    this.crm = await startHubSpot({
      provisioned: true,
      limits: { app: 10_000, associations: 10_000, search: 1_000 },
    });
  }

  /** Whatever is opened with it is stopped at the end, last opened first. */
  async using<T extends { stop(): unknown }>(opening: Promise<T> | T): Promise<T> {
    const opened = await opening;
    this.#releases.push(() => opened.stop());
    return opened;
  }

  async close(): Promise<void> {
    await Promise.all(this.#services.splice(0).map((service) => service.stop('SIGKILL')));
    for (const release of this.#releases.splice(0).reverse()) await release();
    await this.crm.close();
  }

  environment(redisUrl: string, env: Record<string, string> = {}): Record<string, string> {
    return {
      CRM_CONNECTOR: 'hubspot',
      HUBSPOT_ACCESS_TOKEN: this.crm.settings.token,
      HUBSPOT_API_URL: this.crm.url,
      REDIS_URL: redisUrl,
      ...env,
    };
  }

  async start(
    role: 'all' | 'ingress' | 'worker',
    redisUrl: string,
    env: Record<string, string> = {},
  ): Promise<ServiceProcess> {
    const service = await startProcess(this.environment(redisUrl, env), role);
    this.#services.push(service);
    return service;
  }

  /** Delivers each event until it is accepted, as Altur does. */
  async accept(url: string, events: readonly object[], patienceMs = 25_000): Promise<void> {
    const deadline = Date.now() + patienceMs;
    let left = [...events];
    while (left.length > 0) {
      const answers = await Promise.all(
        left.slice(0, 50).map((event) => deliver(url, event).then(({ status }) => ({ event, status }))),
      );
      const refused = answers.filter(({ status }) => status !== 200).map(({ event }) => event);
      if (refused.length > 0 && Date.now() > deadline)
        throw new Error(`${left.length} events are not accepted`);
      left = [...refused, ...left.slice(50)];
      if (refused.length > 0) await new Promise((next) => setTimeout(next, 100));
    }
  }

  /** Resolves when `count` calls are in the CRM, each once. */
  async written(count: number, patienceMs = 25_000): Promise<void> {
    await until(() => this.crm.calls().length >= count, `${count} calls are written`, patienceMs);
    if (this.crm.calls().length > count)
      throw new Error(`${this.crm.calls().length} calls instead of ${count}`);
  }
}

export interface Readiness {
  readonly status: number;
  readonly text: string;
}

export async function readiness(url: string): Promise<Readiness> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, text: await response.text() };
}

/** The CPU time a process has used, in ms. Linux counts it in hundredths of a second. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The share of one core that a process uses within `ms`. */
export async function cpuShare(pid: number, ms: number): Promise<number> {
  const before = cpuMs(pid);
  const startedAt = performance.now();
  await new Promise((next) => setTimeout(next, ms));
  return (cpuMs(pid) - before) / (performance.now() - startedAt);
}
