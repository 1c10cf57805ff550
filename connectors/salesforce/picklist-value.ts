/**
 * Adds a value to a picklist of the customer's own, through the Metadata API.
 * https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_field_types.htm
 */
import type { Change } from '../connector.ts';
import type { NewOption } from '../engine/crm.ts';
import { provisionFailure } from './http-failures.ts';
import { readCustomField, toChange, upsertMetadata } from './metadata.ts';
import type { OrgSchema } from './schema.ts';
import type { Session } from './session.ts';

/** Longer ones are rejected: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_customvalue.htm */
const MAX_LENGTH = 255;

/** A value as it is read, and written back: what is missing is deactivated. */
interface CustomValue {
  readonly fullName?: string;
  readonly label?: string;
  readonly isActive?: boolean | null;
  readonly default?: boolean;
}

export interface ValueSet {
  readonly controllingField?: string | null;
  readonly valueSetName?: string | null;
  readonly valueSetDefinition?: { readonly value?: readonly CustomValue[] } | null;
}

/** On each of the objects that people are. The worst of what happened decides. */
export async function addPicklistValue(
  session: Session,
  added: NewOption,
  schema: OrgSchema,
): Promise<Change> {
  const changes: Change[] = [];
  for (const owner of ownersOf(added, schema)) changes.push(await addTo(session, owner, added));
  const order: readonly Change['action'][] = ['failed', 'skipped', 'created', 'exists'];
  return changes.toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action))[0]!;
}

/** The objects that have the field, as the Metadata API names them: calls and tasks are activities. */
function ownersOf({ object, field }: NewOption, { persons }: OrgSchema): readonly string[] {
  if (object !== 'person') return ['Activity'];
  return persons.filter(({ describes }) => describes.has(field)).map(({ name }) => name);
}

async function addTo(session: Session, owner: string, { object, field, option }: NewOption): Promise<Change> {
  const name = `${owner}.${field}`;
  const skipped = (detail: string): Change => ({ action: 'skipped', object, name, detail });
  const failed = (detail: string): Change => ({ action: 'failed', object, name, detail });
  const setupOf = (page: string) => `Setup → Object Manager → ${page} → Fields & Relationships → ${field}`;
  const inSetup = setupOf(owner);
  if (!field.endsWith('__c')) {
    const page = owner === 'Activity' ? 'Task' : owner;
    return skipped(`is a standard field: add the value in ${setupOf(page)}`);
  }
  if (option.length > MAX_LENGTH) return failed(`a value has ${MAX_LENGTH} characters at most`);
  try {
    const connection = await session.connection();
    const metadata = await readCustomField(connection, name);
    const valueSet = metadata?.valueSet as ValueSet | null | undefined;
    if (valueSet?.valueSetName)
      return skipped(
        `its values are the global value set ${valueSet.valueSetName}: add it in Setup → Picklist Value Sets`,
      );
    if (valueSet?.controllingField)
      return skipped(
        `depends on ${valueSet.controllingField}: add the value and its dependency in ${inSetup}`,
      );
    const values = valueSet?.valueSetDefinition?.value;
    if (!metadata || !values) return skipped(`Salesforce does not show its values: add it in ${inSetup}`);
    if (values.some(({ fullName, isActive }) => fullName === option && isActive !== false))
      return { action: 'exists', object, name };
    const valueSetDefinition = { ...valueSet.valueSetDefinition, value: withValue(values, option) };
    const changed = { ...metadata, valueSet: { ...valueSet, valueSetDefinition } };
    const [result] = await upsertMetadata(connection, 'CustomField', [changed]);
    const change = toChange(object, name, result);
    return change.action === 'failed' ? change : { ...change, action: 'created', detail: RECORD_TYPES };
  } catch (cause) {
    const failure = provisionFailure(cause);
    if (failure.code !== 'PERMISSION_MISSING') throw failure;
    return failed(`this user may not change fields: add the value in ${inSetup}`);
  }
}

/** A value that was deactivated is activated again; the others are written back as they are. */
function withValue(values: readonly CustomValue[], option: string): readonly CustomValue[] {
  const added = { fullName: option, default: false, label: option };
  if (!values.some(({ fullName }) => fullName === option)) return [...values, added];
  return values.map((each) => (each.fullName === option ? { ...each, isActive: true } : each));
}

/** https://help.salesforce.com/s/articleView?id=sf.customize_recordtype_picklist.htm */
const RECORD_TYPES = 'where its object has record types, make the value available in each of them (Setup)';
