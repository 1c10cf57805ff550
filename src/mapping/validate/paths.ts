/** The paths a mapping may name, and what was probably meant by one it may not. */

const PERSON = ['status', 'context', 'extracted_data', 'tags'];

/** Everything there is to name; what lies below `extracted_data` is the customer's own. */
const KNOWN: readonly string[] = [
  ...['event_type', 'id', 'type', 'status', 'phone_number_from', 'phone_number_to', 'answered_by'],
  ...['created_at', 'started_at', 'ended_at', 'duration', 'billed_duration', 'recording_url', 'transcript'],
  ...['id', 'nickname', 'name'].map((name) => `assistant.${name}`),
  ...['f_id', 'name', 'contact', 'failed_retries', 'voicemail_retries', 'retries', ...PERSON].map(
    (name) => `campaign_user.${name}`,
  ),
  ...['id', 'display_name', 'phone_number', ...PERSON].map((name) => `end_user.${name}`),
  ...['id', 'name', 'first_name', 'last_name', 'phone', ...PERSON].map((name) => `customer.${name}`),
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
  ].map((name) => `call.${name}`),
  ...['subject', 'body', 'due', 'priority', 'owner'].map((name) => `follow_up.${name}`),
];

const OPEN = ['customer.extracted_data.', 'campaign_user.extracted_data.', 'end_user.extracted_data.'];

/** Under `event.` lies all that Altur sent, known to us or not. */
export function isKnownPath(path: string): boolean {
  const isOpen = [...OPEN, 'event.'].some((prefix) => path.startsWith(prefix) && path.length > prefix.length);
  return isOpen || KNOWN.includes(path);
}

/** The nearest path that exists, if any is near. */
export function suggestPath(path: string): string | undefined {
  const [first = '', ...others] = path.split('.');
  if (others.length > 0 && nearest(first, ['event'])) return ['event', ...others].join('.');
  const within = KNOWN.filter((known) => known.startsWith(`${path.replace(/\.$/, '')}.`));
  // A whole object, or an open one without a name: the first of what it holds.
  if (path !== '' && within.length > 0) return within.find((known) => known.endsWith('.name')) ?? within[0];
  if (OPEN.includes(path)) return `${path}Payment Amount`;
  const open = OPEN.map((prefix) => prefix.slice(0, -1));
  // A misspelt beginning of a longer path comes first: what follows it is the customer's own.
  const segments = path.split('.');
  for (let length = segments.length - 1; length > 1; length -= 1) {
    const head = nearest(segments.slice(0, length).join('.'), open);
    if (head !== undefined) return [head, ...segments.slice(length)].join('.');
  }
  const beginning = OPEN.find((known) => path.startsWith(known.replace(/^\w+\./, '')));
  if (beginning !== undefined) return beginning.replace(/\w+\.$/, '') + path;
  const whole = preferred.find((known) => known.endsWith(`.${path}`) || known.startsWith(`${path}_`));
  return whole ?? nearestBySegment(segments) ?? slipOf(path);
}

/** What is put together holds in every generation of the event. */
const preferred = KNOWN.toSorted(
  (a, b) => Number(b.startsWith('customer.')) - Number(a.startsWith('customer.')),
);

/** `custmer.nmae`: every part is near, so that `campaign_user.email` is not taken for `campaign_user.f_id`. */
function nearestBySegment(segments: readonly string[]): string | undefined {
  const alike = KNOWN.filter((known) => {
    const parts = known.split('.');
    return (
      parts.length === segments.length &&
      parts.every((part, at) => part === segments[at] || nearest(segments[at]!, [part]) !== undefined)
    );
  });
  return nearest(segments.join('.'), alike, Number.POSITIVE_INFINITY);
}

const slipOf = (path: string) => nearest(path, KNOWN, 2);

/** The candidate with the fewest slips of the finger, if there are few enough to call it a slip. */
export function nearest(
  text: string,
  candidates: readonly string[],
  few = Math.min(Math.max(2, Math.floor(text.length / 4)), text.length - 1),
): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, slips: distance(text.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.slips - b.slips);
  const [best] = ranked;
  return best && best.slips <= few ? best.candidate : undefined;
}

/** Levenshtein's: letters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
