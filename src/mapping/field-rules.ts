/** Compiles the rules for the fields of one kind of record. */
import type { CrmField, CrmObject, FieldType, RenewedLine, WriteRule } from '../../connectors/connector.ts';
import { coerce, toBoolean } from './coerce/coerce.ts';
import { AMBIGUOUS, type Coerced } from './coerce/coerced.ts';
import { toList } from './coerce/text.ts';
import { conditionsHold } from './conditions.ts';
import type { EventView } from './event-view.ts';
import type { Messages } from './i18n.ts';
import { isRecordingLinkAlone } from './recording-paths.ts';
import { renewedLine } from './renewed-line.ts';
import type { FieldRule, FieldRules } from './schema/field-rule.ts';
import type { Localized } from './schema/values.ts';
import { entriesFor, firstPresent } from './source-value.ts';
import { pathsOf, render, type TextField } from './template.ts';

/** The inputs of a value before it is coerced. */
type TargetField = TextField & Partial<Pick<CrmField, 'type'>>;

export interface CompiledRule {
  readonly object: CrmObject;
  /** The CRM's name of the field. */
  readonly name: string;
  /** The label and the type `provision` creates it with. */
  readonly label: string;
  readonly type: FieldType;
  readonly when: WriteRule;
  /** Where the value comes from, for people. */
  readonly source: string;
  /** A CRM without this field is no loss, and the field is never a key. */
  readonly optional: boolean;
  /** Its value is the link to the recording, and nothing else of the call. */
  readonly isRecordingLink: boolean;
  /** As the mapping has it. */
  readonly definition: FieldRule;
  /** The value before coercion; undefined when there is none, or the conditions of the rule do not hold. */
  read(view: EventView, field: TargetField): unknown;
  coerce(raw: unknown, field: CrmField): Coerced;
  /** Of a text: its line with the link to the recording. */
  renewedLine?(view: EventView, field: TargetField): Omit<RenewedLine, 'field'> | undefined;
}

export interface FieldRuleSettings {
  readonly timeZone: string;
  /** For phone numbers without a country code. */
  readonly country: string;
  readonly messages: Messages;
  /** How the CRM marks custom fields, as the mapping's rule for extracted data says: no part of a label. */
  readonly customFieldSuffix: string;
  localize(text: Localized): string;
}

export function compileFieldRules(
  object: CrmObject,
  rules: FieldRules,
  settings: FieldRuleSettings,
): CompiledRule[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    if (rule === null) return [];
    return [compileFieldRule(object, name, typeof rule === 'string' ? { from: rule } : rule, settings)];
  });
}

export function compileFieldRule(
  object: CrmObject,
  name: string,
  rule: FieldRule,
  { timeZone, country, messages, customFieldSuffix, localize }: FieldRuleSettings,
): CompiledRule {
  const { from, template, constant, default: fallback, as, format, formats, decimal } = rule;
  const paths = from === undefined ? [] : [from].flat();
  const text = template === undefined ? undefined : localize(template);
  const isRecordingLink = isRecordingLinkAlone(text === undefined ? paths : pathsOf(text));
  return {
    object,
    name,
    label: rule.label ?? labelOf(name, customFieldSuffix),
    type: typeOf(rule),
    when: rule.when ?? 'always',
    source: text === undefined ? paths.join(' | ') || 'constant' : pathsOf(text).join(', '),
    optional: false,
    isRecordingLink,
    definition: rule,
    read(view, field) {
      if (!conditionsHold(rule, view)) return undefined;
      if (text !== undefined) return render(text, { view, field, messages }) ?? fallback;
      return translate(constant ?? firstPresent(paths, view), rule, field.type) ?? fallback;
    },
    coerce: (raw, field) => coerce(raw, field, { as, format, formats, decimal, timeZone, country }),
    ...(text !== undefined &&
      !isRecordingLink && {
        renewedLine: (view, field) => renewedLine(text, { view, field, messages }),
      }),
  };
}

/** The value by the table of the rule, if it has one. */
function translate(
  raw: unknown,
  { values, otherwise, as, when }: FieldRule,
  type: FieldType | undefined,
): unknown {
  if (values === undefined || raw === undefined) return raw;
  const entries = entriesFor(raw, values);
  if (entries === AMBIGUOUS) return AMBIGUOUS;
  const types = [as, type];
  // Yes wins over no: a list that holds the tag for do-not-call says so, whatever else it holds.
  const yes = types.includes('boolean') ? entries.find((entry) => toBoolean(entry)) : undefined;
  const isList = entries.length > 1 && (types.includes('options') || when === 'append');
  return (
    yes ?? (isList ? [...new Set(entries.flatMap((entry) => toList(entry) ?? []))] : entries[0]) ?? otherwise
  );
}

function labelOf(name: string, suffix: string): string {
  const stem = suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const text = stem.replaceAll('_', ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function typeOf({ as, from, constant, values, otherwise }: FieldRule): FieldType {
  if (as === 'money') return 'number';
  if (as !== undefined) return as === 'phone' ? 'text' : as;
  const fixed = [constant, otherwise, ...Object.values(values ?? {})].filter((value) => value !== undefined);
  if (fixed.length > 0 && fixed.every((value) => typeof value === 'boolean')) return 'boolean';
  return typeof from === 'string' && /(^|\.)(at|\w+_at)$/.test(from) ? 'datetime' : 'text';
}
