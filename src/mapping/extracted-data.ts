/** The one rule for all extracted data: each goes to the field of its name, where the CRM has it. */
import type { FieldDefinition, FieldType } from '../../connectors/connector.ts';
import { fold, lookUp, type View } from './event-view.ts';
import { type CompiledRule, compileRule, type FieldSettings } from './fields.ts';
import type { MappingFile } from './schema.ts';

type Rule = MappingFile['extracted'];

/** Salesforce's names have forty characters at most, HubSpot's a hundred. */
const LONGEST_NAME = 40;

export function extractedRules(rule: Rule, view: View, settings: FieldSettings): CompiledRule[] {
  if (!rule) return [];
  return entriesOf(rule, view).map(({ key, name }) => {
    const from = `customer.extracted_data.${key}`;
    const compiled = compileRule(
      'person',
      name,
      { from, when: rule.when ?? 'newest', formats: rule.formats },
      settings,
    );
    // The call's body holds all of it anyway, so a field that is not there is no loss to report.
    return { ...compiled, label: key, optional: true };
  });
}

export function extractedDefinitions(rule: Rule, view: View): FieldDefinition[] {
  if (!rule) return [];
  return entriesOf(rule, view).map(({ key, name, value }) => ({
    object: 'person',
    name,
    label: key,
    type: inferType(value),
  }));
}

function entriesOf(rule: NonNullable<Rule>, view: View) {
  const data = lookUp(view, 'customer.extracted_data');
  const names = new Map<string, { key: string; name: string; value: unknown }>();
  for (const [key, value] of Object.entries((data ?? {}) as object)) {
    const name = fieldName(key, rule);
    // Two keys of one name: the first counts, as it does in the body.
    if (name !== undefined && !rule.except?.includes(key) && !names.has(name))
      names.set(name, { key, name, value });
  }
  return [...names.values()];
}

function fieldName(
  key: string,
  { prefix = '', suffix = '', case: style }: NonNullable<Rule>,
): string | undefined {
  const words = fold(key)
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  const styled =
    style === 'Capitals' ? words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)) : words;
  const room = LONGEST_NAME - (suffix === '' ? 0 : prefix.length);
  return `${prefix}${styled.join('_').slice(0, room).replace(/_+$/, '')}${suffix}`;
}

/** What one value shows of its kind; when in doubt, text. */
function inferType(value: unknown): FieldType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^(0|[1-9]\d{0,14})(\.\d+)?$/.test(text)) return 'number';
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'date';
  return /^\d{4}-\d{2}-\d{2}T/.test(text) ? 'datetime' : 'text';
}
