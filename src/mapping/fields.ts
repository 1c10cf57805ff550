/** Applies field rules to an event: the value of each field, or why the field is skipped. */
import type {
  CrmField,
  CrmFields,
  FieldValue,
  FieldWrite,
  RenewedLine,
  SkippedField,
} from '../../connectors/connector.ts';
import { commandLine } from '../../connectors/connector.ts';
import { type EventView, lookUp } from './event-view.ts';
import type { CompiledRule } from './field-rules.ts';
import { RECORDING_LINK } from './recording-paths.ts';
import { isAbsent } from './source-value.ts';

/** The result of a rule for one event. `raw` is the value before coercion. */
export type FieldResult = {
  readonly rule: CompiledRule;
  readonly raw: unknown;
  /** The value is the link to the recording, and nothing else of the call. */
  readonly isRecordingLink?: true;
  /** Of a text: its line with that link. */
  readonly renewedLine?: RenewedLine;
} & FieldOutcome;

type FieldOutcome =
  | { readonly status: 'empty' }
  | { readonly status: 'written'; readonly value: FieldValue }
  | {
      readonly status: 'skipped';
      readonly code: string;
      readonly reason: string;
      /** Not reported with the outcome of the call, as nothing is lost; a preview shows it. */
      readonly silent?: boolean;
    };

export function applyRules(
  rules: readonly CompiledRule[],
  view: EventView,
  fields: CrmFields,
): FieldResult[] {
  const hasRecordingLink = lookUp(view, RECORDING_LINK) !== undefined;
  return rules.map((rule) => {
    const field = fieldFor(rule, fields);
    const raw = rule.read(view, field ?? {});
    const line = hasRecordingLink && field ? rule.renewedLine?.(view, field) : undefined;
    return {
      rule,
      raw,
      ...(hasRecordingLink && rule.isRecordingLink && { isRecordingLink: true }),
      ...(line && { renewedLine: { field: rule.name, ...line } }),
      ...(isAbsent(raw) ? EMPTY : coerceFor(rule, raw, field)),
    };
  });
}

const EMPTY = { status: 'empty' } as const;

/** Extracted data never become a key, not even one that has their name. */
function fieldFor({ name, optional }: CompiledRule, fields: CrmFields): CrmField | undefined {
  const field = fields.get(name);
  return optional && field?.unique ? undefined : field;
}

function coerceFor(rule: CompiledRule, raw: unknown, field: CrmField | undefined): FieldOutcome {
  if (!field) return rule.optional ? OPTIONAL_FIELD_MISSING : FIELD_MISSING;
  if (!field.createable && !field.updateable) return FIELD_READ_ONLY;
  const coerced = rule.coerce(raw, field);
  return 'value' in coerced
    ? { status: 'written', value: coerced.value }
    : { status: 'skipped', code: coerced.code, reason: coerced.reason };
}

const FIELD_MISSING: FieldOutcome = {
  status: 'skipped',
  code: 'FIELD_MISSING',
  reason: `the CRM has no such field, or does not show it: run \`${commandLine('provision')}\`, or check the permissions of the field`,
};

const OPTIONAL_FIELD_MISSING: FieldOutcome = {
  status: 'skipped',
  code: 'FIELD_MISSING',
  reason: `the CRM has no such field that extracted data may fill; the call’s body has the value. \`${commandLine('provision', '--sample', 'event.json')}\` creates the field`,
  silent: true,
};

const FIELD_READ_ONLY: FieldOutcome = {
  status: 'skipped',
  code: 'FIELD_READ_ONLY',
  reason: 'the CRM does not let this field be written: check the permissions of the field',
};

/** `endedAt`: when the call ended, ms since the epoch. */
export function toWrites(results: readonly FieldResult[], endedAt: number): FieldWrite[] {
  return results.flatMap((result) => {
    if (result.status !== 'written') return [];
    const { name, when } = result.rule;
    return [
      {
        field: name,
        value: result.value,
        when,
        ...(when === 'newest' && { asOf: endedAt }),
        ...(result.isRecordingLink && { evenIfKept: true }),
      },
    ];
  });
}

export function toRenewedLines(results: readonly FieldResult[]): RenewedLine[] {
  return results.flatMap(({ status, renewedLine }) =>
    status === 'written' && renewedLine ? [renewedLine] : [],
  );
}

export function toSkippedFields(results: readonly FieldResult[]): SkippedField[] {
  return results.flatMap((result) => {
    if (result.status !== 'skipped' || result.silent) return [];
    const { rule, code, reason } = result;
    return [{ object: rule.object, field: rule.name, code, reason }];
  });
}
