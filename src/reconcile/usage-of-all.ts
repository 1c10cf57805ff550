/** The CRM's quota as any process last saw it: that of the most requests is the latest. */
import type { Usage } from '../../connectors/connector.ts';
import type { RunningProcesses } from '../monitoring/running-processes.ts';

export async function usageOfAll(
  own: Usage | undefined,
  processes: Pick<RunningProcesses, 'list'>,
): Promise<Usage | undefined> {
  const others = (await processes.list()).flatMap(({ crm }) => crm?.usage ?? []);
  const all = own ? [own, ...others] : others;
  return all.toSorted((a, b) => b.used - a.used)[0];
}
