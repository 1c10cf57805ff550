import type { Table } from '../kit/table.ts';
import { RecordRefused } from './api-error.ts';
import type { Row, Value } from './row.ts';

/**
 * Rejects a record that resembles another. The caller may override an `alert`, but not a `block`.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_duplicaterules.htm
 */
export interface DuplicateRule {
  readonly object: string;
  /** Records resemble each other when any of these fields is equal. */
  readonly fields: readonly string[];
  readonly action: 'alert' | 'block';
}

export function checkDuplicateRules(
  rules: readonly DuplicateRule[],
  object: string,
  record: Readonly<Record<string, Value>>,
  table: Table<Row>,
  allowSave: boolean,
): void {
  for (const rule of rules) {
    if (rule.object !== object || (rule.action === 'alert' && allowSave)) continue;
    const matches = rule.fields.flatMap((field) => table.matches(field, record[field] ?? null));
    const others = [...new Set(matches)].filter((match) => match.Id !== record.Id);
    if (others.length > 0) throw detected(rule, others);
  }
}

function detected(rule: DuplicateRule, matches: readonly Row[]): RecordRefused {
  const message =
    rule.action === 'alert' ? 'Use one of these records?' : 'This record looks like a duplicate.';
  return new RecordRefused('DUPLICATES_DETECTED', message, [], {
    allowSave: rule.action === 'alert',
    duplicateRule: `${rule.object}_Rule`,
    duplicateRuleEntityType: rule.object,
    errorMessage: message,
    matchResults: [
      {
        entityType: rule.object,
        matchRecords: matches.map((match) => ({
          additionalInformation: [],
          fieldDiffs: [],
          matchConfidence: 100,
          record: { attributes: { type: rule.object }, Id: match.Id },
        })),
        rule: `${rule.object}_Matching_Rule`,
        size: matches.length,
        success: true,
      },
    ],
  });
}
