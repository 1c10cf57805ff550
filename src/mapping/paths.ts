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
  const open = OPEN.map((prefix) => prefix.slice(0, -1));
  // A misspelt beginning of a longer path comes first: what follows it is the customer's own.
  const segments = path.split('.');
  for (let length = segments.length - 1; length > 1; length -= 1) {
    const head = nearest(segments.slice(0, length).join('.'), open);
    if (head !== undefined) return [head, ...segments.slice(length)].join('.');
  }
  const within = [...KNOWN, ...OPEN].find(
    (known) =>
      known.endsWith(`.${path}`) || (known.endsWith('.') && path.startsWith(known.replace(/^\w+\./, ''))),
  );
  if (within?.endsWith('.')) return within.replace(/\w+\.$/, '') + path;
  return within ?? nearest(path, KNOWN);
}

/** The candidate with the fewest slips of the finger, if there are few enough to call it a slip. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, slips: distance(text.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.slips - b.slips);
  const [best] = ranked;
  const few = Math.min(Math.max(2, Math.floor(text.length / 4)), text.length - 1);
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
