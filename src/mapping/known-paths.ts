/**
 * What the event holds at the paths whose values Altur or this service decides, as examples: a field that takes none of
 * them can never be filled from there. Nothing is said of the other paths, such as `customer.status`, whose values are
 * the customer's own.
 */
import { CALL_OUTCOMES } from './schema/call-rule.ts';

export interface KnownPath {
  /** In messages: `a number`. */
  readonly kind: string;
  readonly examples: readonly unknown[];
  /** The examples are all there is: each of them must fit. */
  readonly isComplete?: true;
}

const NUMBER: KnownPath = { kind: 'a number', examples: [0, 1, 42, 1_200] };
const TIME: KnownPath = { kind: 'a time', examples: ['2026-03-04T15:04:05.000Z'] };
const PHONE: KnownPath = { kind: 'a phone number', examples: ['+525512345678'] };
const TEXT: KnownPath = { kind: 'a text', examples: ['Sofía Peña'] };
const oneOf = (...examples: readonly string[]): KnownPath => ({
  kind: 'a text',
  examples,
  isComplete: true,
});
export const LIST: KnownPath = { kind: 'a list', examples: [['promise', 'call later']] };

const each = (names: readonly string[], path: KnownPath) => names.map((name) => [name, path] as const);

const KNOWN: ReadonlyMap<string, KnownPath> = new Map([
  ...each(['duration', 'billed_duration', 'call.duration', 'call.duration_ms'], NUMBER),
  ...each(['created_at', 'started_at', 'ended_at', 'call.at', 'follow_up.due'], TIME),
  ...each(
    [
      'phone_number_from',
      'phone_number_to',
      'campaign_user.contact',
      'customer.phone',
      'end_user.phone_number',
    ],
    PHONE,
  ),
  ...each(['customer.name', 'customer.first_name', 'customer.last_name', 'campaign_user.name'], TEXT),
  ...each(['end_user.display_name', 'assistant.name', 'assistant.nickname', 'call.agent'], TEXT),
  ...each(['call.outcome_text', 'call.transcript', 'recording_url', 'follow_up.subject'], TEXT),
  ...each(['call.recording_link', 'call.protected_recording_url'], TEXT),
  ...each(['follow_up.body', 'customer.context'], TEXT),
  ...each(['customer.tags', 'campaign_user.tags', 'end_user.tags'], LIST),
  ['call.outcome', oneOf(...CALL_OUTCOMES)],
  ['call.direction', oneOf('inbound', 'outbound')],
  ['follow_up.priority', oneOf('low', 'medium', 'high')],
]);

export function knownPath(path: string): KnownPath | undefined {
  return KNOWN.get(path);
}
