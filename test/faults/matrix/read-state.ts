/** The state of a simulator, read for the comparison. */
import type { CrmState, StoredActivity } from './crm-state.ts';

interface HubSpotRecord {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

interface HubSpotEnd {
  readonly type: string;
  readonly id: string;
}

interface HubSpotAnswer {
  readonly contacts: readonly HubSpotRecord[];
  readonly calls: readonly HubSpotRecord[];
  readonly tasks: readonly HubSpotRecord[];
  readonly associations: readonly { readonly from: HubSpotEnd; readonly to: HubSpotEnd }[];
}

export function hubSpotState({ contacts, calls, tasks, associations }: HubSpotAnswer): CrmState {
  const people = new Map<string, string[]>();
  for (const { from, to } of associations) {
    const [contact, activity] = from.type === 'contacts' ? [from, to] : [to, from];
    const place = `${activity.type} ${activity.id}`;
    people.set(place, [...(people.get(place) ?? []), contact.id]);
  }
  const activity = (type: string, { id, properties }: HubSpotRecord): StoredActivity => ({
    id,
    people: people.get(`${type} ${id}`) ?? [],
    fields: comparable(properties),
    text: `${properties.hs_call_body ?? properties.hs_task_body ?? ''}`,
  });
  return {
    people: contacts.map(({ id, properties }) => ({ id, fields: comparable(properties) })),
    calls: calls.map((record) => activity('calls', record)),
    followUps: tasks.map((record) => activity('tasks', record)),
  };
}

type Row = Readonly<Record<string, unknown>> & { readonly Id: string };

interface SalesforceAnswer {
  readonly records: { readonly Contact: readonly Row[]; readonly Task: readonly Row[] };
}

export function salesforceState({ records: { Contact, Task } }: SalesforceAnswer): CrmState {
  const activities = Task.map(
    (row): StoredActivity => ({
      id: row.Id,
      people: typeof row.WhoId === 'string' ? [row.WhoId] : [],
      fields: comparable(row),
      text: `${row.Description ?? ''}`,
    }),
  );
  const isCall = ({ fields }: StoredActivity) => fields.TaskSubtype === 'Call';
  return {
    people: Contact.map((row) => ({ id: row.Id, fields: comparable(row) })),
    calls: activities.filter(isCall),
    followUps: activities.filter((each) => !isCall(each)),
  };
}

/** Moments in one form, everything else as text. */
function comparable(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const text = value === null || value === undefined ? '' : `${value}`;
      return [name, /^\d{4}-\d\d-\d\dT/.test(text) ? new Date(text).toISOString() : text];
    }),
  );
}
