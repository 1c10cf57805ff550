/** The org's own field definitions, in neutral terms. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm */
import { CrmError, type CrmField, type CrmSchema, type FieldType } from '../connector.ts';
import { failureOf } from './errors.ts';
import { codeOf, type SalesforceError } from './refusals.ts';
import { queryPath } from './soql.ts';
import type { Transport } from './transport.ts';

export interface OrgSchema {
  readonly fields: CrmSchema;
  /** Details that only Salesforce has. */
  readonly person: ReadonlyMap<string, Describe>;
  readonly task: ReadonlyMap<string, Describe>;
  /** Whether this user may create and change records of the object. */
  readonly rights: { readonly person: boolean; readonly task: boolean };
  /** What this org calls a task that is done, and one that is not. */
  readonly closedStatus: string | undefined;
  readonly openStatus: string | undefined;
}

export interface Describe {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length?: number;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly unique?: boolean;
  readonly caseSensitive?: boolean;
  readonly externalId?: boolean;
  readonly restrictedPicklist?: boolean;
  readonly picklistValues?: readonly {
    readonly value: string;
    readonly label: string;
    readonly active: boolean;
  }[];
}

/** One API request: both describes and the task statuses. */
export async function readSchema(transport: Transport, personObject: string): Promise<OrgSchema> {
  const statuses = 'SELECT ApiName, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder';
  const answers = await transport.composite([
    { referenceId: 'person', method: 'GET', path: `/sobjects/${personObject}/describe` },
    { referenceId: 'task', method: 'GET', path: '/sobjects/Task/describe' },
    { referenceId: 'statuses', method: 'GET', path: queryPath(statuses) },
  ]);
  const person = describesOf(answers.get('person'), personObject);
  const task = describesOf(answers.get('task'), 'Task');
  const listed = answers.get('statuses');
  const { records = [] } = (listed?.status === 200 ? listed.body : {}) as { records?: TaskStatus[] };
  const toFields = (describes: ReadonlyMap<string, Describe>) => {
    return new Map([...describes].map(([name, describe]) => [name, toField(describe)]));
  };
  const tasks = toFields(task);
  // Where the org has no such status, a task gets the one of its own that means the same.
  const { options: _, ...status } = tasks.get('Status') ?? {};
  if ('name' in status) tasks.set('Status', status as CrmField);
  return {
    fields: { person: toFields(person), call: tasks, task: tasks },
    person,
    task,
    rights: { person: mayWrite(answers.get('person')), task: mayWrite(answers.get('task')) },
    closedStatus: records.find(({ IsClosed }) => IsClosed)?.ApiName,
    openStatus: (
      records.find(({ IsDefault, IsClosed }) => IsDefault && !IsClosed) ??
      records.find(({ IsClosed }) => !IsClosed)
    )?.ApiName,
  };
}

function mayWrite(answer: { readonly body: unknown } | undefined): boolean {
  const { createable, updateable } = (answer?.body ?? {}) as { createable?: boolean; updateable?: boolean };
  return createable !== false && updateable !== false;
}

interface TaskStatus {
  readonly ApiName: string;
  readonly IsClosed: boolean;
  readonly IsDefault: boolean;
}

function describesOf(
  answer: { status: number; body: unknown } | undefined,
  object: string,
): Map<string, Describe> {
  const { fields } = (answer?.status === 200 ? answer.body : {}) as { fields?: readonly Describe[] };
  if (!fields) {
    const [error = {}] = (Array.isArray(answer?.body) ? answer.body : []) as SalesforceError[];
    const failure = failureOf(codeOf(error), error.message ?? '', `the describe of ${object}`);
    if (failure) throw failure;
    if (answer && answer.status >= 500)
      throw new CrmError('unavailable', `Salesforce fails to describe ${object} for now`);
    throw new CrmError(
      'unauthorized',
      `Salesforce does not describe ${object} to this user: give them read and write access to it`,
    );
  }
  return new Map(fields.map((field) => [field.name, field]));
}

function toField({
  name,
  label,
  type,
  length,
  createable,
  updateable,
  unique,
  picklistValues,
  restrictedPicklist,
}: Describe): CrmField {
  const neutral = toFieldType(type);
  const options = picklistValues
    ?.filter(({ active }) => active)
    .map((each) => ({ value: each.value, label: each.label }));
  return {
    name,
    label,
    type: neutral,
    createable,
    updateable,
    ...(length && { maxLength: length }),
    ...(restrictedPicklist && options && { options }),
    ...(unique && { unique }),
  };
}

function toFieldType(type: string): FieldType {
  switch (type) {
    case 'boolean':
    case 'date':
    case 'datetime':
      return type;
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
    case 'long':
      return 'number';
    case 'picklist':
      return 'option';
    case 'multipicklist':
      return 'options';
    default:
      return 'text';
  }
}
