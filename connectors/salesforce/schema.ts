/** The org's own field definitions, in neutral terms. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm */
import { CrmError, type CrmField, type CrmSchema, type FieldType } from '../connector.ts';
import { type CompositeApi, type Subrequest, type Subresponse, sendComposite } from './composite.ts';
import type { Describe } from './describe.ts';
import { failureOf, serverFailure } from './http-failures.ts';
import { type PersonObject, union } from './person-objects.ts';
import { codeOf, type SalesforceError } from './rejections.ts';
import { queryPath } from './soql.ts';

export interface OrgSchema {
  readonly fields: CrmSchema;
  /** The descriptions as Salesforce gives them, with details that only it has. */
  readonly describes: {
    /** The fields of all the objects that people may be. */
    readonly person: ReadonlyMap<string, Describe>;
    readonly task: ReadonlyMap<string, Describe>;
  };
  /** The objects that people may be, in the mapping's order. */
  readonly persons: readonly PersonObject[];
  /** May this user create and change records of the object? */
  readonly writable: { readonly person: boolean; readonly task: boolean };
  /** The org's status of a task that is done, and of one that is not. */
  readonly closedStatus: string | undefined;
  readonly openStatus: string | undefined;
}

/** One API request: the describes and the task statuses. */
export async function readSchema(api: CompositeApi, objects: readonly string[]): Promise<OrgSchema> {
  const statuses = 'SELECT ApiName, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder';
  const response = await sendComposite(api, [
    ...objects.map((name, index): Subrequest => {
      return { referenceId: referenceOf(index), method: 'GET', path: `/sobjects/${name}/describe` };
    }),
    { referenceId: 'task', method: 'GET', path: '/sobjects/Task/describe' },
    { referenceId: 'statuses', method: 'GET', path: queryPath(statuses) },
  ]);
  if ('rejected' in response) throw describeFailed(objects[0]!, response.rejected);
  const { subresponses } = response;
  const persons = objects.map((name, index): PersonObject => {
    return { name, describes: describesOf(subresponses.get(referenceOf(index)), name) };
  });
  const person = union(persons.map(({ describes }) => describes));
  const task = describesOf(subresponses.get('task'), 'Task');
  const tasks = toFields(task);
  // Where the org has no status of the mapping's name, a task gets the org's own that means the same.
  const { options: _, ...status } = tasks.get('Status') ?? {};
  if ('name' in status) tasks.set('Status', status as CrmField);
  return {
    fields: { person: toFields(person), call: tasks, task: tasks },
    describes: { person, task },
    persons,
    writable: {
      person: objects.every((_, index) => mayWrite(subresponses.get(referenceOf(index)))),
      task: mayWrite(subresponses.get('task')),
    },
    ...statusesOf(subresponses.get('statuses')),
  };
}

/** `person`, `person1`, … */
const referenceOf = (index: number) => `person${index === 0 ? '' : index}`;

function toFields(describes: ReadonlyMap<string, Describe>): Map<string, CrmField> {
  return new Map([...describes].map(([name, describe]) => [name, toField(describe)]));
}

function mayWrite(response: Subresponse | undefined): boolean {
  const { createable, updateable } = (response?.body ?? {}) as { createable?: boolean; updateable?: boolean };
  return createable !== false && updateable !== false;
}

function statusesOf(response: Subresponse | undefined): Pick<OrgSchema, 'closedStatus' | 'openStatus'> {
  const { records = [] } = (response?.status === 200 ? response.body : {}) as { records?: TaskStatus[] };
  const open = records.filter(({ IsClosed }) => !IsClosed);
  return {
    closedStatus: records.find(({ IsClosed }) => IsClosed)?.ApiName,
    openStatus: (open.find(({ IsDefault }) => IsDefault) ?? open[0])?.ApiName,
  };
}

interface TaskStatus {
  readonly ApiName: string;
  readonly IsClosed: boolean;
  readonly IsDefault: boolean;
}

function describesOf(response: Subresponse | undefined, object: string): Map<string, Describe> {
  const { fields } = (response?.status === 200 ? response.body : {}) as { fields?: readonly Describe[] };
  if (fields) return new Map(fields.map((field) => [field.name, field]));
  const [error = {}] = (Array.isArray(response?.body) ? response.body : []) as SalesforceError[];
  throw describeFailed(object, error, response?.status);
}

function describeFailed(object: string, error: SalesforceError, status = 400): CrmError {
  const what = `the describe of ${object}`;
  if (status >= 500) return serverFailure(status, error, what);
  const failure = failureOf(codeOf(error), error.message ?? '', what);
  if (failure) return failure;
  const fix = 'give them read and write access to it';
  return new CrmError('unauthorized', `Salesforce does not describe ${object} to this user: ${fix}`, {
    code: 'PERMISSION_MISSING',
  });
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
  const inactive = picklistValues?.filter(({ active }) => !active).map(({ value }) => value) ?? [];
  return {
    name,
    label,
    type: neutral,
    createable,
    updateable,
    ...(length && { maxLength: length, lineBreakLength: LINE_BREAK_LENGTH }),
    ...(options && (restrictedPicklist ? { options } : { valueLabels: labelsOf(options) })),
    ...(restrictedPicklist && inactive.length > 0 && { inactiveOptions: inactive }),
    ...(unique && { unique }),
  };
}

function labelsOf(options: NonNullable<CrmField['options']>): Record<string, string> {
  return Object.fromEntries(options.map(({ value, label }) => [value, label]));
}

/** "A line break is counted as 2 characters": https://help.salesforce.com/s/articleView?id=000240417&type=1 */
export const LINE_BREAK_LENGTH = 2;

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
