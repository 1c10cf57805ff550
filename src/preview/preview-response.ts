/** A preview as the page requests it: texts in, the issues with their lines or the preview out. */
import { type CallEvent, parseEvent } from '../altur/event.ts';
import type { PreviewRequest } from '../dashboard/preview/preview-request.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import { isOperatorError } from '../operator-error.ts';
import { findJsonMistake, type JsonMistakeKind } from './json-mistake.ts';
import type { Preview, Previewer } from './preview.ts';

interface Issue {
  /** From 1. */
  readonly line: number;
  readonly column?: number;
  readonly message: string;
  /** What is wrong; stable, so that pages can say it in other languages. */
  readonly code: string;
}

/** Of an event that is not JSON. */
const MESSAGES: Readonly<Record<JsonMistakeKind, string>> = {
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

export interface PreviewResponse {
  readonly event: readonly Issue[];
  readonly mapping: readonly Issue[];
  /** Absent while there are issues. */
  readonly preview?: Preview;
  /** Fields of the event whose value cannot be used. */
  readonly invalidFields?: readonly string[];
  readonly error?: string;
}

export async function answerPreview(
  previewer: Previewer,
  { event: text, mapping, resolve }: PreviewRequest,
): Promise<PreviewResponse> {
  const read = readEvent(text);
  try {
    if (!read.event) {
      await previewer.check(mapping);
      return { event: read.issues, mapping: [] };
    }
    const preview = await previewer.preview(read.event, mapping, resolve);
    return { event: [], mapping: [], preview, invalidFields: read.invalidFields };
  } catch (error) {
    if (error instanceof MappingError) return { event: read.issues, mapping: error.issues };
    if (isOperatorError(error)) return { event: read.issues, mapping: [], error: error.message };
    throw error;
  }
}

interface ReadEvent {
  /** Absent when there are issues. */
  readonly event?: CallEvent;
  readonly invalidFields: readonly string[];
  readonly issues: readonly Issue[];
}

function readEvent(text: string): ReadEvent {
  const failed = (code: string, message: string) => {
    return { issues: [{ line: 1, code, message }], invalidFields: [] };
  };
  if (text.trim() === '') return failed('empty', 'paste the event of a call here');
  const mistake = findJsonMistake(text);
  if (mistake) {
    const { kind, line, column } = mistake;
    return { issues: [{ line, column, code: kind, message: MESSAGES[kind] }], invalidFields: [] };
  }
  const parsed = parseEvent(JSON.parse(text));
  switch (parsed.kind) {
    case 'call':
      return { event: parsed.event, invalidFields: parsed.invalidFields, issues: [] };
    case 'other':
      return failed('other-event', `this is an event of type ${parsed.type}, not on_call_end`);
    case 'invalid':
      return failed('no-call', parsed.reason);
    default:
      return parsed satisfies never;
  }
}
