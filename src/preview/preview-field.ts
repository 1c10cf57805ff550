/** A field of a preview: how its value came about, and what becomes of it in the CRM. */
import type {
  CrmField,
  CrmSchema,
  FieldType,
  LookedUpPerson,
  NotWritten,
} from '../../connectors/connector.ts';
import type { FieldExplanation } from '../mapping/explain.ts';

export interface PreviewField extends FieldExplanation {
  /** As users of the CRM see it. */
  readonly label: string;
  readonly type: FieldType;
  readonly markup?: 'html';
  /** What users of the CRM see in place of the values given here, where it is not the value itself. */
  readonly valueLabels?: Readonly<Record<string, string>>;
  /** The value of the record that was found, as text; `''` when it is empty. Absent when it is not known. */
  readonly now?: string;
  /** The record holds this value already. */
  readonly isUnchanged?: boolean;
  /** Of a list that is added to: the items that it does not hold yet. */
  readonly added?: readonly string[];
  /** Why this record does not get the value. */
  readonly notWritten?: NotWritten['why'];
}

export function previewFields(
  fields: readonly FieldExplanation[],
  schema: CrmSchema,
  person: LookedUpPerson | undefined,
): readonly PreviewField[] {
  return fields.map((explained) => {
    const field = schema[explained.object].get(explained.field);
    const found = explained.object === 'person' && person ? inRecord(explained, field, person) : {};
    const values = [found.now, explained.before, found.after ?? explained.after].flatMap(itemsOf);
    const valueLabels = labelsOf(values, field);
    return {
      ...explained,
      label: field?.label ?? explained.field,
      type: field?.type ?? 'text',
      ...(field?.markup && { markup: field.markup }),
      ...(valueLabels && { valueLabels }),
      ...found,
    };
  });
}

type InRecord = Partial<Pick<PreviewField, 'now' | 'after' | 'isUnchanged' | 'added' | 'notWritten'>>;

function inRecord(
  { field: name, after: mapped }: FieldExplanation,
  field: CrmField | undefined,
  { current, written, notWritten }: LookedUpPerson,
): InRecord {
  const now = current[name];
  const why = notWritten.find((each) => each.field === name)?.why;
  const write = written.find((each) => each.field === name);
  const after = write?.after ?? mapped;
  const isUnchanged = now !== undefined && after !== undefined && saysTheSame(now, after, field?.type);
  return {
    ...(now !== undefined && { now }),
    ...(after !== undefined && { after }),
    ...(isUnchanged && { isUnchanged }),
    ...(write?.added && { added: write.added }),
    ...(why && { notWritten: why }),
  };
}

/** CRMs write numbers and times in forms of their own. */
function saysTheSame(now: string, after: unknown, type: FieldType | undefined): boolean {
  if (now === '' || after === '') return now === after;
  switch (type) {
    case 'number':
      return Number(now) === Number(after);
    case 'datetime':
      return Date.parse(now) === Date.parse(String(after));
    case 'options':
      return itemsOf(now).toSorted().join() === itemsOf(after).toSorted().join();
    default:
      return now === String(after);
  }
}

function labelsOf(
  values: readonly string[],
  field: CrmField | undefined,
): Record<string, string> | undefined {
  const options = new Map((field?.options ?? []).map(({ value, label }) => [value, label]));
  const labelled = [...new Set(values)].flatMap((value) => {
    const label = options.get(value) ?? field?.valueLabels?.[value];
    return label === undefined || label === value ? [] : [[value, label] as const];
  });
  return labelled.length === 0 ? undefined : Object.fromEntries(labelled);
}

function itemsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(';').filter((item) => item !== '') : [];
}
