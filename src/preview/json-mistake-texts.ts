/** What is wrong with an event that is not JSON. */
import type { JsonMistakeKind } from './json-mistake.ts';

export const JSON_MISTAKE_TEXTS: Readonly<Record<JsonMistakeKind, string>> = {
  'comma-missing': 'a comma is missing here',
  'comma-extra': 'this comma must go: nothing follows it',
  'colon-missing': 'a colon is missing after this property',
  'value-expected': 'a value is missing here',
  'property-expected': 'the name of a property is missing here, in double quotes',
  'quotes-missing': 'texts and names of properties stand in double quotes',
  'text-not-closed': 'this text has no closing double quote on its line',
  'escape-invalid': 'this character must be escaped in a text: write \\\\ for \\, \\t for a tab',
  'number-invalid': 'this is not a number',
  'bracket-not-closed': 'this bracket is never closed',
  'text-after-end': 'the event ends before this',
};
