/** The phone numbers and the sentences of the transcript in an event, wherever in it they are. */

/** In a shorter text there is nothing to recognise. */
const MIN_SENTENCE = 16;
const MIN_WORDS = 3;
const MIN_DIGITS = 10;

export interface PersonalValues {
  readonly phones: readonly string[];
  readonly sentences: readonly string[];
}

export function personalValues(event: unknown): PersonalValues {
  const { campaign_user, end_user, transcript, phone_number_from, phone_number_to } = part(event);
  const phones = [
    phone_number_from,
    phone_number_to,
    part(campaign_user).contact,
    part(end_user).phone_number,
  ];
  const turns = Array.isArray(transcript) ? transcript.map((turn) => part(turn).content) : [];
  return { phones: phones.flatMap(phoneDigits), sentences: turns.flatMap(sentencesOf) };
}

/** Nothing where the value is no phone number in full. */
export function phoneDigits(value: unknown): string[] {
  const text = typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
  const digits = /^\+?[\d ().-]+$/.test(text) ? text.replace(/\D/g, '') : '';
  return digits.length >= MIN_DIGITS && digits.length <= 15 ? [digits] : [];
}

function sentencesOf(content: unknown): string[] {
  if (typeof content !== 'string') return [];
  const sentences = content.split(/[.!?\n]/).map((sentence) => sentence.trim());
  return sentences.filter((each) => each.length >= MIN_SENTENCE && each.split(/\s+/).length >= MIN_WORDS);
}

function part(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
