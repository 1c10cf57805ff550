/** The paths of the event view, and the one that was probably meant by an unknown path. */
import { nearest } from './nearest.ts';

const PERSON_FIELDS = ['status', 'context', 'extracted_data', 'tags'];

/** All but what is below `extracted_data`, whose keys the customer defines. */
const PATHS: readonly string[] = [
  ...['event_type', 'id', 'type', 'status', 'phone_number_from', 'phone_number_to', 'answered_by'],
  ...['created_at', 'started_at', 'ended_at', 'duration', 'billed_duration', 'recording_url', 'transcript'],
  ...['id', 'nickname', 'name'].map((name) => `assistant.${name}`),
  ...['f_id', 'name', 'contact', 'failed_retries', 'voicemail_retries', 'retries', ...PERSON_FIELDS].map(
    (name) => `campaign_user.${name}`,
  ),
  ...['id', 'display_name', 'phone_number', ...PERSON_FIELDS].map((name) => `end_user.${name}`),
  ...['id', 'name', 'first_name', 'last_name', 'phone', ...PERSON_FIELDS].map((name) => `customer.${name}`),
  ...[
    'id',
    'direction',
    'outcome',
    'outcome_text',
    'at',
    'duration',
    'duration_ms',
    'agent',
    'owner',
    'transcript',
    'recording_link',
    'protected_recording_url',
  ].map((name) => `call.${name}`),
  ...['subject', 'body', 'due', 'priority', 'owner'].map((name) => `follow_up.${name}`),
];

const EXTRACTED_DATA = [
  'customer.extracted_data.',
  'campaign_user.extracted_data.',
  'end_user.extracted_data.',
];

/** Below `event.` is everything Altur sent, documented or not. */
export function isEventPath(path: string): boolean {
  const isOpen = [...EXTRACTED_DATA, 'event.'].some(
    (prefix) => path.startsWith(prefix) && path.length > prefix.length,
  );
  return isOpen || PATHS.includes(path);
}

/** The path that was probably meant, if one is near. */
export function suggestPath(path: string): string | undefined {
  const [first = '', ...others] = path.split('.');
  if (others.length > 0 && nearest(first, ['event'])) return ['event', ...others].join('.');
  const below = PATHS.filter((candidate) => candidate.startsWith(`${path.replace(/\.$/, '')}.`));
  // A whole object: the first path below it.
  if (path !== '' && below.length > 0)
    return below.find((candidate) => candidate.endsWith('.name')) ?? below[0];
  if (EXTRACTED_DATA.includes(path)) return `${path}Payment Amount`;
  const objects = EXTRACTED_DATA.map((prefix) => prefix.slice(0, -1));
  // A typing error in the beginning of a longer path comes first: the customer defines what follows.
  const segments = path.split('.');
  for (let length = segments.length - 1; length > 1; length -= 1) {
    const head = nearest(segments.slice(0, length).join('.'), objects);
    if (head !== undefined) return [head, ...segments.slice(length)].join('.');
  }
  const beginning = EXTRACTED_DATA.find((candidate) => path.startsWith(candidate.replace(/^\w+\./, '')));
  if (beginning !== undefined) return beginning.replace(/\w+\.$/, '') + path;
  const whole = PREFERRED_PATHS.find(
    (candidate) => candidate.endsWith(`.${path}`) || candidate.startsWith(`${path}_`),
  );
  return whole ?? nearestBySegment(segments) ?? nearest(path, PATHS, 2);
}

/** Paths below `customer` first: they exist for every generation of the event. */
const PREFERRED_PATHS = PATHS.toSorted(
  (a, b) => Number(b.startsWith('customer.')) - Number(a.startsWith('customer.')),
);

/** `custmer.nmae`: every part must be near, so that `campaign_user.email` does not suggest `campaign_user.f_id`. */
function nearestBySegment(segments: readonly string[]): string | undefined {
  const alike = PATHS.filter((candidate) => {
    const parts = candidate.split('.');
    return (
      parts.length === segments.length &&
      parts.every((part, at) => part === segments[at] || nearest(segments[at]!, [part]) !== undefined)
    );
  });
  return nearest(segments.join('.'), alike, Number.POSITIVE_INFINITY);
}
