/** Recordings of each format, made by code: real files that browsers play. */

import { silentMp3 } from './mp3.ts';
import { silentMp4 } from './mp4.ts';
import { silentOgg } from './ogg.ts';
import type { RecordingBytes } from './recording-bytes.ts';
import type { RecordingSettings } from './recording-settings.ts';
import { MELODY_SECONDS, melodyWav } from './wav.ts';

export function recordingContent({
  format,
  seconds = MELODY_SECONDS,
  bytes,
}: RecordingSettings): RecordingBytes {
  switch (format) {
    case 'wav':
      return melodyWav({ seconds, bytes });
    case 'mp3':
      return silentMp3({ seconds, bytes });
    case 'ogg':
      return whole('audio/ogg', silentOgg(seconds));
    case 'mp4':
      return whole('audio/mp4', silentMp4(seconds));
  }
}

function whole(type: string, content: Uint8Array): RecordingBytes {
  return { type, size: content.length, read: (from, most) => content.subarray(from, from + most) };
}
