/** Looks in log lines for what may be in none: secrets, phone numbers in full, sentences of transcripts. */
import type { Collected } from './collected.ts';

export interface Leak {
  readonly what: string;
  readonly test: string;
  readonly line: string;
}

interface LogLine {
  readonly test: string;
  readonly line: string;
  /** Without the escapes of JSON, which would hide a quote. */
  readonly text: string;
}

/** Numbers of one person are written with and without the country, so their last digits are compared. */
const NATIONAL_DIGITS = 10;

export function findLeaks(collected: Iterable<Collected>): Leak[] {
  const lines = new Map<string, LogLine>();
  const secrets = new Map<string, string>();
  const phones = new Set<string>();
  const sentences = new Set<string>();
  for (const entry of collected) {
    if (entry.kind === 'line') lines.set(entry.text, { ...entry, line: entry.text, text: plain(entry.text) });
    else if (entry.kind === 'secret') secrets.set(entry.value, entry.name);
    else if (entry.kind === 'phone') phones.add(national(entry.value));
    else sentences.add(entry.value);
  }
  const all = [...lines.values()];
  return [
    ...linesWith(secrets.keys(), all).map(([value, line]) => leak(`the secret ${secrets.get(value)}`, line)),
    ...all.flatMap((line) =>
      phonesIn(line.text, phones).map((phone) => leak(`the phone number ${phone}`, line)),
    ),
    ...linesWithSentences(sentences, all).map(([value, line]) => leak(`of a transcript “${value}”`, line)),
  ];
}

function leak(what: string, { test, line }: LogLine): Leak {
  return { what, test, line };
}

function plain(line: string): string {
  try {
    return line.startsWith('{') ? textsIn(JSON.parse(line)).join('\n') : line;
  } catch {
    return line;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)]);
}

/** One search in all lines at once tells most values apart, which are in none. */
function linesWith(values: Iterable<string>, lines: readonly LogLine[]): [value: string, line: LogLine][] {
  const all = lines.map(({ text }) => text).join('\n');
  return [...values]
    .filter((value) => all.includes(value))
    .flatMap((value) =>
      lines.filter(({ text }) => text.includes(value)).map((line): [string, LogLine] => [value, line]),
    );
}

/** Thousands of generated sentences and of lines differ in their digits only: what they share is looked for first. */
function linesWithSentences(sentences: ReadonlySet<string>, lines: readonly LogLine[]): [string, LogLine][] {
  const all = [...new Set(lines.map(({ text }) => alike(text)))].join('\n');
  const patterns = new Set([...sentences].map(alike));
  const present = new Set([...patterns].filter((pattern) => all.includes(pattern)));
  return linesWith(
    [...sentences].filter((sentence) => present.has(alike(sentence))),
    lines,
  );
}

function alike(text: string): string {
  return text.replace(/\d+/g, '#');
}

/** Numbers of events; and any other that is written as one, with its plus. */
function phonesIn(text: string, known: ReadonlySet<string>): string[] {
  const numbers = text.match(/\+?\d[\d ().-]{8,}\d/g) ?? [];
  return numbers.filter((number) => {
    return known.has(national(number.replace(/\D/g, ''))) || /^\+\d{10,15}$/.test(number);
  });
}

function national(digits: string): string {
  return digits.slice(-NATIONAL_DIGITS);
}
