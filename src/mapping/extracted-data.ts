/** The one rule for all extracted data: each value goes to the field of its name, where the CRM has it. */
import type { FieldDefinition, FieldType } from '../../connectors/connector.ts';
import { fold } from './coerce/text.ts';
import { type EventView, lookUp } from './event-view.ts';
import { type CompiledRule, compileFieldRule, type FieldRuleSettings } from './field-rules.ts';
import type { ExtractedRule, MappingFile } from './schema/mapping-file.ts';
import { truncate } from './shorten.ts';

/**
 * The strictest limit of a CRM for the name of a field, so that a name stays the same from one CRM to the next. Where
 * custom fields are marked by a suffix, the limit includes the prefix and excludes the suffix.
 */
const MAX_NAME_LENGTH = 40;

export function extractedRules(
  rule: MappingFile['extracted'],
  view: EventView,
  settings: FieldRuleSettings,
): CompiledRule[] {
  if (!rule) return [];
  return extractedValues(rule, view).map(({ key, name }) => {
    const from = `customer.extracted_data.${key}`;
    const fieldRule = { from, when: rule.when ?? 'newest', formats: rule.formats, label: key };
    // The call's body has all of it anyway.
    return { ...compileFieldRule('person', name, fieldRule, settings), optional: true };
  });
}

/** The fields that `provision --sample` creates for an example event. */
export function extractedDefinitions(rule: MappingFile['extracted'], view: EventView): FieldDefinition[] {
  if (!rule) return [];
  return extractedValues(rule, view).map(({ key, name, value }) => ({
    object: 'person',
    name,
    label: key,
    type: inferType(value),
  }));
}

/** Of two keys with the same field name the first counts, as in the call's body. */
function extractedValues(rule: ExtractedRule, view: EventView) {
  const data = lookUp(view, 'customer.extracted_data');
  const byName = new Map<string, { key: string; name: string; value: unknown }>();
  for (const [key, value] of Object.entries((data ?? {}) as object)) {
    const name = fieldName(key, rule);
    if (name !== undefined && !rule.except?.includes(key) && !byName.has(name))
      byName.set(name, { key, name, value });
  }
  return [...byName.values()];
}

/** Undefined for a key without letters or digits. */
function fieldName(key: string, { prefix = '', suffix = '', case: style }: ExtractedRule) {
  const parts = fold(key)
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  const styled =
    style === 'Capitals' ? parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)) : parts;
  const maxLength = MAX_NAME_LENGTH - (suffix === '' ? 0 : prefix.length);
  return `${prefix}${truncate(styled.join('_'), maxLength).replace(/_+$/, '')}${suffix}`;
}

/** The type that one example value suggests; text when in doubt. */
function inferType(value: unknown): FieldType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^(0|[1-9]\d{0,14})(\.\d+)?$/.test(text)) return 'number';
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'date';
  return /^\d{4}-\d{2}-\d{2}T/.test(text) ? 'datetime' : 'text';
}
