/** Record ids: 15 case-sensitive characters, plus three check characters that encode their case. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECK_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const INSTANCE = 'Hs000';

/** The `counter`-th id of the object with this three-character key prefix, in its 18-character form. */
export function recordId(keyPrefix: string, counter: number): string {
  let digits = '';
  for (let rest = counter, place = 0; place < 7; place++, rest = Math.floor(rest / ALPHABET.length)) {
    digits = ALPHABET[rest % ALPHABET.length] + digits;
  }
  return longId(`${keyPrefix}${INSTANCE}${digits}`);
}

export function isRecordId(text: unknown): text is string {
  return typeof text === 'string' && /^[a-zA-Z0-9]{15}([A-Z0-5]{3})?$/.test(text);
}

export function shortId(id: string): string {
  return id.slice(0, 15);
}

function longId(short: string): string {
  const checks = [0, 5, 10].map((start) => {
    const bits = [...short.slice(start, start + 5)].map((char, i) => (/[A-Z]/.test(char) ? 1 << i : 0));
    return CHECK_ALPHABET[bits.reduce((sum, bit) => sum + bit, 0)];
  });
  return short + checks.join('');
}
