/** The fields that a Task needs beyond the mapping's: a status that this org has, and for calls the subtype. */
import type { ActivityDraft } from '../engine/crm.ts';
import type { OrgSchema } from './schema.ts';

export function completeTask({ object, operation, fields }: ActivityDraft, schema: OrgSchema) {
  const { Status: mapped, ...others } = fields;
  // A follow-up that somebody has completed is not opened again because its call changed.
  const keepsStatus = operation === 'update' && object === 'task';
  // The org's own names of its statuses outweigh what the mapping assumes; without either its default does.
  const status = isStatus(schema, mapped)
    ? mapped
    : object === 'call'
      ? schema.closedStatus
      : schema.openStatus;
  return {
    ...others,
    ...(!keepsStatus && status !== undefined && { Status: status }),
    ...(operation === 'create' && object === 'call' && subtypeOf(schema)),
  };
}

function isStatus({ describes }: OrgSchema, status: unknown): boolean {
  if (status === undefined) return false;
  const { picklistValues: values = [] } = describes.task.get('Status') ?? {};
  return values.length === 0 || values.some(({ value, active }) => active && value === status);
}

/**
 * Can only be set when a task is created, and not by every user:
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
 */
function subtypeOf({ describes }: OrgSchema): { TaskSubtype?: string } {
  const subtype = describes.task.get('TaskSubtype');
  return subtype && subtype.createable !== false ? { TaskSubtype: 'Call' } : {};
}
