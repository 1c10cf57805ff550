/** The line with the recording in the text of a call that keeps its fields: only that line is renewed. */
import type { RenewedLine } from '../../connectors/connector.ts';
import type { CallEvent } from '../altur/event.ts';
import { recordingMarks } from './recording-paths.ts';
import { encodeFor, type RenderOptions, renderRecordingLines } from './template.ts';

/** Undefined where the text has no line of its own for it, or there is no link. */
export function renewedLine(
  template: string,
  options: RenderOptions,
): Omit<RenewedLine, 'field'> | undefined {
  const line = renderRecordingLines(template, options);
  if (line === undefined) return undefined;
  const marks = recordingMarks(options.view.event as CallEvent);
  return { line, marks: marks.map((mark) => encodeFor(options.field, mark)) };
}
