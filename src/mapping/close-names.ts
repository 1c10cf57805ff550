/**
 * Names of fields that look like another one with a typing error: `provision` asks before it creates a field of such a
 * name, since a field that nobody meant stays in the CRM.
 *
 * Compared is what a person typed: the names of the mapping, not those that are derived from extracted data. A name is
 * compared with the fields that the CRM has and with those of the default mapping, without case, underscores, the
 * product's own prefix and the mark of custom fields: `Phone__c` is close to `Phone`. Not close is a name
 * - of the default mapping itself;
 * - that differs in digits: `address2` is meant to be another one than `address`;
 * - whose other is written by the mapping too, and not by default: both were typed, so both are meant.
 */
import {
  type CrmObject,
  type CrmSchema,
  commandLine,
  type FieldDefinition,
} from '../../connectors/connector.ts';
import type { MappingFile } from './schema/mapping-file.ts';
import { distance } from './validate/nearest.ts';

export interface CloseName {
  readonly object: CrmObject;
  readonly name: string;
  /** The one that was probably meant. */
  readonly near: string;
}

/** `fields`: those of the mapping; `defaults`: the connector's default mapping. */
export function closeNames(
  fields: readonly FieldDefinition[],
  schema: CrmSchema,
  defaults: MappingFile,
): readonly CloseName[] {
  return fields.flatMap(({ object, name }) => {
    const own = Object.keys(defaults[object] ?? {});
    if (schema[object].has(name) || own.includes(name)) return [];
    const typed = fields.filter((field) => field.object === object).map((field) => field.name);
    const existing = [...schema[object].keys()].filter((each) => !typed.includes(each) || own.includes(each));
    const near = nearestTo(name, [...new Set([...own, ...existing])], defaults);
    return near === undefined ? [] : [{ object, name, near }];
  });
}

function nearestTo(name: string, others: readonly string[], { extracted }: MappingFile): string | undefined {
  const stem = stemmer(extracted?.prefix ?? '', extracted?.suffix ?? '');
  const own = stem(name);
  const ranked = others
    .map((other) => ({ other, errors: distance(own, stem(other)), allowed: allowedErrors(own, stem(other)) }))
    .filter(({ other, errors, allowed }) => errors <= allowed && digitsOf(other) === digitsOf(name))
    .toSorted((a, b) => a.errors - b.errors);
  return ranked[0]?.other;
}

function stemmer(prefix: string, suffix: string) {
  return (name: string) => {
    const begin = prefix !== '' && name.toLowerCase().startsWith(prefix.toLowerCase()) ? prefix.length : 0;
    const end =
      suffix !== '' && name.toLowerCase().endsWith(suffix.toLowerCase()) ? -suffix.length : undefined;
    return name.slice(begin, end).replaceAll('_', '').toLowerCase();
  };
}

/** Of two short words that differ in a letter, both are words: `cita` and `city`. */
function allowedErrors(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  if (length < 5) return 0;
  return length < 9 ? 1 : 2;
}

const digitsOf = (name: string) => name.replace(/\D/g, '');

/** `fistname` is close to `firstname` */
export function closeNameText({ name, near }: CloseName): string {
  return `\`${name}\` is close to \`${near}\``;
}

export function closeNameAdvice(close: CloseName): string {
  const create = commandLine('provision', '--create', close.name);
  return `${closeNameText(close)}: correct the mapping, or run \`${create}\``;
}
