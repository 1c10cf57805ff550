/** A preview as the page asks for it: texts in, mistakes with their lines or the preview out. */
import { CrmError } from '../../connectors/connector.ts';
import { parseEvent } from '../altur/event.ts';
import { ConfigError } from '../config/config.ts';
import type { PreviewQuestion } from '../dashboard/dashboard.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import type { Preview, Previewer } from './preview.ts';

interface Mistake {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface PreviewAnswer {
  readonly event: readonly Mistake[];
  readonly mapping: readonly Mistake[];
  /** Absent while there are mistakes. */
  readonly preview?: Preview;
  /** Fields of the event that hold something unusable. */
  readonly dropped?: readonly string[];
  readonly error?: string;
}

export async function answerPreview(
  previewer: Previewer,
  { event: text, mapping, resolve }: PreviewQuestion,
): Promise<PreviewAnswer> {
  const read = readEvent(text);
  try {
    if ('mistakes' in read) {
      await previewer.check(mapping);
      return { event: read.mistakes, mapping: [] };
    }
    const preview = await previewer.preview(read.event, mapping, resolve);
    return { event: [], mapping: [], preview, dropped: read.dropped };
  } catch (error) {
    const mistakes = 'mistakes' in read ? read.mistakes : [];
    if (error instanceof MappingError) return { event: mistakes, mapping: error.issues };
    if (error instanceof CrmError || error instanceof ConfigError)
      return { event: mistakes, mapping: [], error: error.message };
    throw error;
  }
}

function readEvent(text: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const line = Number(/line (\d+)/.exec(message)?.[1] ?? text.split('\n').length);
    return { mistakes: [{ line, message: `the event is not JSON: ${message}` }] };
  }
  const parsed = parseEvent(json);
  switch (parsed.kind) {
    case 'call':
      return { event: parsed.event, dropped: parsed.dropped };
    case 'other':
      return { mistakes: [{ line: 1, message: `is an event of type ${parsed.type}, not on_call_end` }] };
    case 'invalid':
      return { mistakes: [{ line: 1, message: parsed.reason }] };
    default:
      return parsed satisfies never;
  }
}
