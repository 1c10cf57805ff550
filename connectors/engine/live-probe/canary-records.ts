/**
 * The records that a live probe wrote, and how they are deleted again.
 *
 * A canary is unconfirmed from its first request until the CRM says that all of it is written. A rejected call leaves
 * its person, a lost response may leave everything: what there is of an unconfirmed canary is found by its keys.
 */
import { CrmError, type CrmObject, type RecordIds } from '../../connector.ts';
import type { ProbeReport } from '../../live-probe.ts';
import type { CrmClient, ProbeSupport } from '../crm.ts';
import { titleOf } from '../outcomes.ts';
import type { Canary } from './canary.ts';

export class CanaryRecords {
  readonly #client: CrmClient;
  readonly #support: ProbeSupport;
  readonly #written = new Map<string, { readonly object: CrmObject; readonly id: string }>();
  readonly #unconfirmed = new Set<Canary>();

  constructor(client: CrmClient, support: ProbeSupport) {
    this.#client = client;
    this.#support = support;
  }

  sending(canary: Canary): void {
    this.#unconfirmed.add(canary);
  }

  confirmed(canary: Canary, { person, call, tasks = {} }: RecordIds): void {
    this.#unconfirmed.delete(canary);
    if (person !== undefined) this.#note('person', person);
    if (call !== undefined) this.#note('call', call);
    for (const id of Object.values(tasks)) this.#note('task', id);
  }

  /** Activities before the people they are linked to. */
  async deleteAll(): Promise<Pick<ProbeReport, 'deleted' | 'left'>> {
    const deleted: string[] = [];
    const left: string[] = [];
    for (const object of ['task', 'call', 'person'] as const) {
      left.push(...(await this.#findUnconfirmed(object)));
      const ids = [...this.#written.values()].flatMap((each) => (each.object === object ? each.id : []));
      if (ids.length === 0) continue;
      const failed = new Set(await this.#support.delete(object, ids).catch(() => ids));
      for (const id of ids) (failed.has(id) ? left : deleted).push(`${titleOf(object, this.#client)} ${id}`);
    }
    return { deleted, left };
  }

  /** Resolves with what nobody knows about: the CRM cannot be asked. */
  async #findUnconfirmed(object: CrmObject): Promise<string[]> {
    const canaries = [...this.#unconfirmed];
    const keys = canaries.flatMap(({ record, person }) => {
      if (object === 'person') return person.key;
      return object === 'call' ? record.callId : record.tasks.map(({ key }) => key);
    });
    if (keys.length === 0) return [];
    try {
      for (const id of await this.#idsOf(object, canaries, keys)) this.#note(object, id);
      return [];
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      return keys.map((key) => `${titleOf(object, this.#client)} with key ${key}, if there is one`);
    }
  }

  async #idsOf(
    object: CrmObject,
    canaries: readonly Canary[],
    keys: readonly string[],
  ): Promise<readonly string[]> {
    if (object !== 'person') {
      const found = await this.#support.findJustWritten?.(object, keys);
      return found ?? [...(await this.#client.findActivities(object, keys)).values()];
    }
    const people = canaries.map(({ person }) => person);
    return (await this.#client.find(people, [])).map(({ id }) => id);
  }

  #note(object: CrmObject, id: string): void {
    this.#written.set(`${object} ${id}`, { object, id });
  }
}
