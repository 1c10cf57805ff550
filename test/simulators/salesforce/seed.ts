import { ApiError } from './api-error.ts';
import type { Org } from './org.ts';
import type { Row, Value } from './row.ts';

/** Records by object. They are loaded without checks of rights, rules or unique keys. */
export type Seed = Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>>;

/** The ids of the seeded records, in order. */
export function seed(org: Org, records: Seed): Record<string, string[]> {
  const ids = Object.entries(records).map(([object, rows]) => [
    object,
    rows.map((row) => seedOne(org, object, row)),
  ]);
  return Object.fromEntries(ids);
}

/**
 * Converts a lead into a contact with its name, phones and activities. The lead stays and is read-only.
 * https://help.salesforce.com/s/articleView?id=000385227&type=1
 */
export function convertLead(org: Org, leadId: string): Row {
  const lead = org.table('Lead').get(leadId);
  if (!lead) throw new ApiError(404, 'NOT_FOUND', `No lead ${leadId}`);
  const { FirstName = null, LastName = null, Phone = null, MobilePhone = null, Email = null } = lead;
  const contact = org.insert('Contact', { FirstName, LastName, Phone, MobilePhone, Email });
  org.change('Lead', lead, {
    IsConverted: true,
    ConvertedContactId: contact.Id,
    ConvertedDate: contact.CreatedDate?.toString().slice(0, 10) ?? null,
    Status: 'Closed - Converted',
  });
  for (const task of org
    .table('Task')
    .list()
    .filter(({ WhoId }) => WhoId === leadId))
    org.change('Task', task, { WhoId: contact.Id });
  return contact;
}

/**
 * Merges a record into another one of its object: it is deleted, and names the other, which gets its activities.
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_merge.htm
 */
export function merge(org: Org, object: string, id: string, intoId: string): void {
  const row = org.change(object, org.table(object).get(id)!, { MasterRecordId: intoId });
  org.remove(object, row);
  for (const task of org
    .table('Task')
    .list()
    .filter(({ WhoId }) => WhoId === id))
    org.change('Task', task, { WhoId: intoId });
}

function seedOne(org: Org, object: string, row: Readonly<Record<string, Value>>): string {
  const unknown = Object.keys(row).find((name) => !org.object(object).fields.has(name));
  if (unknown) throw new ApiError(400, 'INVALID_FIELD', `${object} has no field ${unknown} to seed`);
  return org.insert(object, row).Id;
}
