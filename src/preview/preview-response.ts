/** A preview as the page requests it: texts in, the issues with their lines or the preview out. */
import { type CallEvent, parseEvent } from '../altur/event.ts';
import type { PreviewRequest } from '../dashboard/preview/preview-request.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import { isOperatorError } from '../operator-error.ts';
import { findJsonMistake } from './json-mistake.ts';
import { JSON_MISTAKE_TEXTS } from './json-mistake-texts.ts';
import type { Preview, Previewer } from './preview.ts';

interface Issue {
  /** From 1. */
  readonly line: number;
  readonly column?: number;
  readonly message: string;
  /** What is wrong; stable, so that pages can say it in other languages. */
  readonly code: string;
}

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
    return { issues: [{ line, column, code: kind, message: JSON_MISTAKE_TEXTS[kind] }], invalidFields: [] };
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
