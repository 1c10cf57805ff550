/**
 * Names of fields that look like another one with a typing error: `provision` asks before it creates a field of such a
 * name, since a field that nobody meant stays in the CRM.
 *
 * Compared is what a person typed: the names of the mapping, not those that are derived from extracted data. A name is
 * compared with the fields that the CRM has and with those of the default mapping, without case, underscores, the
 * product's own prefix and the mark of custom fields: `Phone__c` is close to `Phone`. Not close is a name
 * - of the default mapping itself;
 * - whose other has the form of extracted data: these differ as the data do, `altur_payment_date`, `altur_payment_rate`;
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
    const others = [...schema[object].keys()].filter(
      (each) => !own.includes(each) && !typed.includes(each) && !isExtracted(each, defaults),
    );
    const near = nearestTo(name, [...own, ...others], defaults);
    return near === undefined ? [] : [{ object, name, near }];
  });
}

function nearestTo(name: string, others: readonly string[], defaults: MappingFile): string | undefined {
  const stem = stemmer(defaults);
  const least = isExtracted(name, defaults) ? 1 : 0;
  const ranked = others
    .map((other) => ({ other, errors: distance(stem(name), stem(other)) }))
    .filter(({ other, errors }) => errors <= Math.max(allowedErrors(stem(name), stem(other)), least))
    .filter(({ other }) => digitsOf(other) === digitsOf(name))
    .toSorted((a, b) => a.errors - b.errors);
  return ranked[0]?.other;
}

/** It has the form of the names that are derived from extracted data; the default mapping's own have it too. */
function isExtracted(name: string, { extracted }: MappingFile): boolean {
  const { prefix = '', suffix = '' } = extracted ?? {};
  return prefix !== '' && name.startsWith(prefix) && name.endsWith(suffix);
}

function stemmer({ extracted }: MappingFile) {
  const [prefix, suffix] = [extracted?.prefix ?? '', extracted?.suffix ?? ''].map((text) =>
    text.toLowerCase(),
  );
  return (name: string) => {
    const text = name.toLowerCase();
    const begin = text.startsWith(prefix!) ? prefix!.length : 0;
    const end = text.endsWith(suffix!) ? text.length - suffix!.length : text.length;
    return text.slice(begin, end).replaceAll('_', '');
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

/** `obstacle`: why the CRM cannot have a field of this name. */
export function closeNameAdvice(close: CloseName, obstacle?: string): string {
  if (obstacle !== undefined) return `${closeNameText(close)}: correct the mapping`;
  const create = commandLine('provision', '--create', close.name);
  return `${closeNameText(close)}: correct the mapping, or run \`${create}\``;
}
