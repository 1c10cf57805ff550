/** What `status --check` prints of the records of a call. */
import type { RecordsCheck } from '../monitoring/check-records.ts';
import { recordText } from './texts.ts';

/** `resync`: the command that writes the call again. */
export function recordsCheckLines(check: RecordsCheck, resync: string): string[] {
  if (!check.checked) return [`  not checked: ${check.reason}`];
  const { records, linked, isComplete } = check;
  const mark = (isFine: boolean, fine: string, wrong: string) => (isFine ? `  ✓ ${fine}` : `  ✗ ${wrong}`);
  return [
    ...records.map((record) => {
      const name = recordText(record);
      return mark(record.state === 'present', `${name} is there`, `${name} is gone`);
    }),
    ...(linked === undefined
      ? []
      : [mark(linked, 'the call is linked to the person', 'the call is not linked to the person')]),
    ...(isComplete ? [] : [`  to write what is missing: ${resync}`]),
  ];
}
