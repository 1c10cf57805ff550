/** The records that a live probe wrote: each of them is deleted at its end, whatever happened. */
import type { CrmObject, RecordIds } from '../../connector.ts';
import type { ProbeReport } from '../../live-probe.ts';
import type { ProbeSupport } from '../crm.ts';

export class CanaryRecords {
  readonly #written = new Map<string, { readonly object: CrmObject; readonly id: string }>();

  note({ person, call, tasks = {} }: RecordIds): void {
    const note = (object: CrmObject, id: string | undefined) => {
      if (id !== undefined) this.#written.set(`${object} ${id}`, { object, id });
    };
    note('person', person);
    note('call', call);
    for (const id of Object.values(tasks)) note('task', id);
  }

  /** Activities before the people they are linked to. Never rejects: what could not be deleted is in `left`. */
  async delete(
    support: Pick<ProbeSupport, 'delete'>,
    personTitle: string,
  ): Promise<Pick<ProbeReport, 'deleted' | 'left'>> {
    const deleted: string[] = [];
    const left: string[] = [];
    for (const object of ['task', 'call', 'person'] as const) {
      const ids = [...this.#written.values()].flatMap((each) => (each.object === object ? each.id : []));
      if (ids.length === 0) continue;
      const title = object === 'person' ? personTitle : object;
      const failed = new Set(await support.delete(object, ids).catch(() => ids));
      for (const id of ids) (failed.has(id) ? left : deleted).push(`${title} ${id}`);
    }
    return { deleted, left };
  }
}
