/** The records that a call was written to, one by one. */
import type { CrmObject, RecordIds } from '../../connectors/connector.ts';

export interface WrittenRecord {
  readonly object: CrmObject;
  readonly id: string;
  /** Of a task. */
  readonly key?: string;
}

export function writtenRecords({ person, call, tasks = {} }: RecordIds): readonly WrittenRecord[] {
  const one = (object: CrmObject, id: string | undefined) => (id === undefined ? [] : [{ object, id }]);
  const followUps = Object.entries(tasks).map(([key, id]) => ({ object: 'task' as const, id, key }));
  return [...one('person', person), ...one('call', call), ...followUps];
}
