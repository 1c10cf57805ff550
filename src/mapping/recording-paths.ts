/**
 * The paths of a call's recording. Altur's own URL needs its API key, so one of two holds a value: the signed link to
 * this service, or, where no such link can be made, Altur's URL under a name that says so.
 */
import type { CallEvent } from '../altur/event.ts';

export const RECORDING_LINK = 'call.recording_link';
const PATHS: readonly string[] = [RECORDING_LINK, 'call.protected_recording_url', 'recording_url'];

/** Values for the event view, below `call`. */
export function recordingView(
  { id, recording_url: url }: CallEvent,
  recordingLink: ((callId: string) => string | undefined) | undefined,
) {
  const link = url === undefined ? undefined : recordingLink?.(id);
  return { recording_link: link, protected_recording_url: link === undefined ? url : undefined };
}

/** Is a value from these paths the link to the recording, and nothing else of the call? */
export function isRecordingLinkAlone(paths: readonly string[]): boolean {
  return paths.includes(RECORDING_LINK) && paths.every((path) => PATHS.includes(path));
}

/** Texts by which an older line with the recording of this call is known: Altur's URL, or an earlier link. */
export function recordingMarks({ id, recording_url: url }: CallEvent): string[] {
  const callId = encodeURIComponent(id);
  return [...(url === undefined ? [] : [url]), `/call/${callId}/recording`, `/recordings/${callId}?k=`];
}
