/** The one rule for all extracted data: each value goes to the field of its name, where the CRM has it. */
import type { FieldDefinition, FieldType } from '../../connectors/connector.ts';
import { momentOf } from './coerce/dates.ts';
import { isExact, toNumber } from './coerce/number.ts';
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
    type: inferType(value, rule.formats),
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

/** Longer ones are phone numbers, accounts and cards more often than amounts. */
const MAX_AMOUNT_DIGITS = 9;

/**
 * The type that one example value suggests: text when in doubt, such as for an id with leading zeros, a long row of
 * digits, or a value that no field of another type would take as it is.
 */
function inferType(value: unknown, formats: ExtractedRule['formats']): FieldType {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return isExact(value) ? 'number' : 'text';
  const text = typeof value === 'string' ? value.trim() : '';
  if (/^(0|[1-9]\d*)(\.\d+)?$/.test(text)) {
    const isAmount = text.replace(/\..*/, '').length <= MAX_AMOUNT_DIGITS;
    return isAmount && typeof toNumber(text) === 'number' ? 'number' : 'text';
  }
  const moment = momentOf(text, { timeZone: 'UTC', formats });
  if (moment) return moment.instant === undefined ? 'date' : 'datetime';
  return 'text';
}
