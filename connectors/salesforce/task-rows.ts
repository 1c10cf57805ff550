/** The rows of calls and follow-ups, each with its key and its person. */
import type { Activity } from '../connector.ts';
import type { Target } from '../people.ts';
import { PERSON_KEY, TASK_KEY } from './keys.ts';
import { type Entry, nameOf, type Org } from './org.ts';
import type { Row } from './rows.ts';
import { toJson } from './values.ts';

export function rowsOfTasks(org: Org, { record, target }: Entry): Row[] {
  if (target?.kind === 'none' && !target.logs) return [];
  const { call, callId, tasks, known } = record;
  const rows: Row[] = [];
  const add = (
    name: string,
    key: string,
    activity: Activity,
    id: string | undefined,
    status: string | undefined,
    isCall: boolean,
  ) => {
    const fields = toJson(activity.fields, org.schema.fields.call);
    // What this org calls its statuses outweighs what the default mapping supposes.
    if (status !== undefined && !isStatus(org, fields.Status)) fields.Status = status;
    const parent = target && target.kind !== 'none' ? nameOf.person(target) : undefined;
    const linked = { ...fields, ...whoOf(org, target) };
    // TaskSubtype can only be set when a task is created:
    // https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
    const created = { ...linked, [TASK_KEY]: key, ...(isCall && { TaskSubtype: 'Call' }) };
    rows.push(
      id === undefined
        ? { name, operation: 'create', sobject: 'Task', fields: created, parent }
        : { name, operation: 'update', sobject: 'Task', fields: { Id: id, ...linked }, parent },
    );
  };
  if (call) add(nameOf.call(record), callId, call, known?.call, org.schema.closedStatus, true);
  for (const task of tasks)
    add(nameOf.task(task.key), task.key, task, known?.tasks?.[task.key], org.schema.openStatus, false);
  return rows;
}

function isStatus({ schema }: Org, status: unknown): boolean {
  return (
    schema.task.get('Status')?.picklistValues?.some(({ value, active }) => active && value === status) ?? true
  );
}

/** https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm: a parent by its external id. */
function whoOf({ personObject }: Org, target: Target | undefined): object {
  if (!target || target.kind === 'none') return {};
  if (target.id !== undefined) return { WhoId: target.id };
  return { Who: { attributes: { type: personObject }, [PERSON_KEY]: target.key } };
}

/** Updates first, then creates; within each by person. */
export function byParent(a: Row, b: Row): number {
  return b.operation.localeCompare(a.operation) || (a.parent ?? '').localeCompare(b.parent ?? '');
}
