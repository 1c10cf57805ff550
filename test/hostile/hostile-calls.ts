/** Calls with a hostile value in every field that takes text, and calls whose customer id is one. */
import { anyCall, phoneOf } from '../calls.ts';
import { FIELD_VALUES } from './field-values.ts';

export interface HostileCall {
  readonly name: string;
  readonly value: string;
  readonly event: Record<string, unknown> & { readonly id: string };
}

export function callsWithFields(): HostileCall[] {
  return FIELD_VALUES.map(([name, value], index) => ({
    name,
    value,
    event: anyCall(index, index, {
      recording_url: value,
      answered_by: value,
      assistant: { id: value, name: value, nickname: value },
      transcript: [
        { sent_by: 'user', content: value },
        { sent_by: value, sent_at: value, content: 'the last turn' },
      ],
      campaign_user: {
        f_id: `user_${index}`,
        name: value,
        contact: value,
        status: value,
        context: value,
        tags: [value, 'another tag'],
        extracted_data: {
          [value]: 'value of the key',
          'Payment Amount': value,
          Nota: value,
          Lista: [value, { [value]: value }],
        },
      },
    }),
  }));
}

const FIRST_ID = 1_000;

export function callsWithIds(): HostileCall[] {
  return FIELD_VALUES.map(([name, value], index) => ({
    name,
    value,
    event: anyCall(FIRST_ID + index, FIRST_ID + index, {
      campaign_user: { f_id: value, name: `Person ${index}`, contact: phoneOf(FIRST_ID + index) },
    }),
  }));
}

/** As it may be written: without what no database holds; white space counts as one blank. */
export function inert(value: string): string {
  return value.replaceAll('\0', '').toWellFormed().replace(/\s+/g, ' ').trim();
}

/** The lines of a body: there a line break in a value is a comma. */
export function inertLine(value: string): string {
  return inert(value)
    .replace(/[,\s]+/g, ' ')
    .trim();
}

/** A field may have shortened it. */
export function arrived(written: string, value: string): boolean {
  const [is, expected] = [inert(written), inert(value)];
  return is === expected || (expected.length > 30 && is.startsWith(expected.slice(0, 20)));
}
