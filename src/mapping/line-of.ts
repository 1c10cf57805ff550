/** Where in a mapping file a value is, for findings about a mapping that is valid. */
import { LineCounter, parseDocument } from 'yaml';
import type { Place } from './validate/content.ts';
import { offsetOf } from './validate/locate.ts';

/** From 1; undefined for what this file does not hold, such as a rule of the default mapping. */
export function lineOf(text: string, place: Place): number | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0 || !document.hasIn(place)) return undefined;
  return lines.linePos(offsetOf(document, text, { place })).line;
}
