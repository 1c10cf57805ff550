/** The rules for the fields of one kind of record, applied to an event. */
import type {
  CrmFields,
  CrmObject,
  FieldType,
  FieldValue,
  FieldWrite,
  WriteRule,
} from '../../connectors/connector.ts';
import { coerce, toText } from './coerce/coerce.ts';
import { fold, lookUp, type View } from './event-view.ts';
import type { FieldRule, Localized } from './schema.ts';
import { pathsOf, render, type Words } from './template.ts';

export interface CompiledRule {
  readonly object: CrmObject;
  readonly name: string;
  readonly label: string;
  /** What `provision` makes of it. */
  readonly type: FieldType;
  readonly when: WriteRule;
  /** Where the value comes from, in words. */
  readonly source: string;
  /** Says nothing when the CRM has no such field. */
  readonly optional: boolean;
  read(view: View, field: Parameters<typeof coerce>[1]): unknown;
  coerce(raw: unknown, field: Parameters<typeof coerce>[1]): ReturnType<typeof coerce>;
}

export type FieldRules = readonly CompiledRule[];

export interface FieldSettings {
  readonly timeZone: string;
  /** For phone numbers without a country. */
  readonly country: string;
  readonly words: Words;
  localize(text: Localized): string;
}

/** A field, its value before and after coercion, and why it is left out. */
export interface FieldExplanation {
  readonly object: CrmObject;
  /** The follow-up rule, of a task's field. */
  readonly task?: string;
  readonly field: string;
  readonly source: string;
  readonly when: WriteRule;
  readonly before: unknown;
  readonly after?: FieldValue;
  readonly skipped?: string;
}

type Rules = Readonly<Record<string, FieldRule | string | null>>;

export function compileFields(object: CrmObject, rules: Rules, settings: FieldSettings): CompiledRule[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    if (rule === null) return [];
    return [compileRule(object, name, typeof rule === 'string' ? { from: rule } : rule, settings)];
  });
}

export function compileRule(
  object: CrmObject,
  name: string,
  rule: FieldRule,
  { timeZone, country, words, localize }: FieldSettings,
): CompiledRule {
  const { from, template, constant, values, otherwise, default: fallback, as, formats, decimal } = rule;
  const paths = from === undefined ? [] : [from].flat();
  const text = template === undefined ? undefined : localize(template);
  return {
    object,
    name,
    label: rule.label ?? labelOf(name),
    type: typeOf(rule),
    when: rule.when ?? 'always',
    source:
      text === undefined ? (paths.length > 0 ? paths.join(' | ') : 'constant') : pathsOf(text).join(', '),
    optional: false,
    read(view, field) {
      if (text !== undefined) return render(text, { view, field, words }) ?? fallback;
      return translate(constant ?? firstPresent(paths, view), { values, otherwise }) ?? fallback;
    },
    coerce: (raw, field) => coerce(raw, field, { as, formats, decimal, timeZone, country }),
  };
}

export function firstPresent(paths: readonly string[], view: View): unknown {
  for (const path of paths) {
    const value = lookUp(view, path);
    if (!isAbsent(value)) return value;
  }
  return undefined;
}

type Plain = string | number | boolean;

/** What the table makes of a value: the entry of this name, else of one that differs in case and accents only. */
export function translate(
  raw: unknown,
  {
    values,
    otherwise,
  }: {
    readonly values?: Readonly<Record<string, Plain>> | undefined;
    readonly otherwise?: Plain | undefined;
  },
): unknown {
  if (values === undefined || raw === undefined) return raw;
  // A structure has no name; String would call a `toString` that came with the event.
  const name = toText(raw);
  if (name === undefined) return otherwise;
  if (Object.hasOwn(values, name)) return values[name];
  const alike = Object.keys(values).filter((key) => fold(key) === fold(name));
  return alike.length === 1 ? values[alike[0]!] : otherwise;
}

/** Nothing to write; an empty list is something, namely no tags. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function labelOf(name: string): string {
  const words = name.replace(/__c$/, '').replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function typeOf({ as, from }: FieldRule): FieldType {
  if (as === 'money') return 'number';
  if (as !== undefined && as !== 'phone') return as;
  return typeof from === 'string' && /(^|\.)(at|\w+_at)$/.test(from) ? 'datetime' : 'text';
}

/** Applies the rules. A field the CRM lacks, may not be written, or does not take the value, is left out. */
export function toWrites(rules: FieldRules, view: View, fields: CrmFields) {
  const writes: FieldWrite[] = [];
  const left: { field: string; reason: string }[] = [];
  const explanations: FieldExplanation[] = [];
  for (const rule of rules) {
    const { object, name, when, source, optional } = rule;
    const found = fields.get(name);
    // Extracted data never become a key, not even one of that name.
    const field = optional && found?.unique ? undefined : found;
    const raw = rule.read(view, field ?? ({} as never));
    const note = { object, field: name, source, when, before: raw };
    const result = field ? apply(rule, raw, field) : optional ? undefined : { skipped: MISSING };
    if (isAbsent(raw)) explanations.push(note);
    // No loss to report, yet whoever looks at a preview should see why.
    else if (result === undefined) explanations.push({ ...note, skipped: NOT_THERE });
    else if ('skipped' in result) {
      left.push({ field: name, reason: result.skipped });
      explanations.push({ ...note, ...result });
    } else {
      writes.push({ field: name, value: result.value, when });
      explanations.push({ ...note, after: result.value });
    }
  }
  return { writes, left, explanations };
}

const MISSING =
  'the CRM has no such field, or does not show it: run `altur-crm-sync provision`, or see its permissions';

const NOT_THERE =
  'the CRM has no such field that may be filled so; it stands in the call’s body. `provision --sample` creates it';

function apply(rule: CompiledRule, raw: unknown, field: Parameters<typeof coerce>[1]) {
  if (!field.createable && !field.updateable)
    return { skipped: 'the CRM does not let this field be written' };
  return rule.coerce(raw, field);
}
