/** Adds an option to a field's list, for values that the CRM rejects because their option is missing. Idempotent. */
import type { Change, CrmField, CrmObject } from '../connector.ts';
import { PROVISION } from './commands.ts';
import type { CrmAdapter, LiveSchema } from './crm.ts';
import { waitForQuota } from './http/wait-for-quota.ts';
import { nameIn, reportUnauthorized } from './provision.ts';

/** Throws CrmError when the CRM as a whole fails; what cannot be done is a change that says why. */
export async function addOption<Schema extends LiveSchema>(
  adapter: CrmAdapter<Schema>,
  object: CrmObject,
  field: string,
  given: string,
): Promise<Change> {
  const { provisioner, title } = adapter;
  const option = given.trim();
  const schema = await waitForQuota(() => adapter.readSchema(adapter.transport));
  const found = schema.fields[object].get(field);
  const name = nameIn(provisioner, { object, name: field, label: field, type: found?.type ?? 'option' });
  const fault = faultOf(found, option, title);
  if (fault) return { ...fault, object, name };
  if (found?.options?.some(({ value }) => value === option)) return { action: 'exists', object, name };
  if (!provisioner.addOption)
    return { action: 'skipped', object, name, detail: `add the option in ${title}, in the field’s settings` };
  return reportUnauthorized(object, name, () => provisioner.addOption!({ object, field, option }, schema));
}

function faultOf(
  field: CrmField | undefined,
  option: string,
  title: string,
): Pick<Change, 'action' | 'detail'> | undefined {
  if (!field) return failed(`${title} does not have it, or does not show it: run ${PROVISION}`);
  if (field.type !== 'option' && field.type !== 'options')
    return { action: 'skipped', detail: `is ${field.type} in ${title}: it has no options` };
  if (option === '') return failed('an option needs a text');
  // Values of a list are one text, separated so.
  if (field.type === 'options' && option.includes(';'))
    return failed('an option of a list cannot contain “;”');
  return undefined;
}

function failed(detail: string) {
  return { action: 'failed', detail } as const;
}
