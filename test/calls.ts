/** Call events, each valid; a test breaks the one thing it is about. */
import { readFileSync } from 'node:fs';

const sample = JSON.parse(readFileSync(new URL('./fixtures/on_call_end.json', import.meta.url), 'utf8'));

/** A call of person `person`, the `index`-th of a test; later indexes ended later. */
export function anyCall(
  index: number,
  person = index,
  fields: object = {},
): Record<string, unknown> & { id: string } {
  const at = new Date(Date.UTC(2026, 10, 24, 10, 0, index)).toISOString();
  const phone = phoneOf(person);
  return {
    ...sample,
    id: `cll_test${String(index).padStart(6, '0')}`,
    created_at: at,
    started_at: at,
    ended_at: at,
    phone_number_to: phone,
    end_user: undefined,
    campaign_user: {
      ...sample.campaign_user,
      f_id: `user_${person}`,
      name: `Sofía Peña ${person}`,
      contact: phone,
      status: `status ${index}`,
    },
    ...fields,
  };
}

export function phoneOf(person: number): string {
  return `+5255${String(10_000_000 + person)}`;
}
