/** A melody as a WAV file of a telephone's quality: 8 kHz, 16 bits, mono. */
import { periodic, type RecordingBytes } from './recording-bytes.ts';

const RATE = 8_000;
const BYTES_PER_SECOND = RATE * 2;
const HEADER_BYTES = 44;
/** Hz; the scale goes up, and comes back. */
const NOTES = [261.6, 293.7, 329.6, 349.2, 392, 440, 493.9, 523.3, 493.9, 440, 392, 329.6];
const NOTE_SECONDS = 0.5;
export const MELODY_SECONDS = NOTES.length * NOTE_SECONDS;

let melody: Buffer | undefined;

/** Each second is another one, so that a player that seeks is heard to do so. */
export function melodyWav({
  seconds,
  bytes,
}: {
  seconds: number;
  bytes?: number | undefined;
}): RecordingBytes {
  const wanted = bytes === undefined ? Math.round(seconds * RATE) * 2 : Math.max(bytes - HEADER_BYTES, 0);
  const data = wanted + (wanted % 2);
  melody ??= melodyPcm();
  return periodic('audio/wav', HEADER_BYTES + data, wavHeader(data), melody);
}

function melodyPcm(): Buffer {
  const samples = Math.round(MELODY_SECONDS * RATE);
  const pcm = Buffer.alloc(samples * 2);
  for (let index = 0; index < samples; index += 1) {
    const note = NOTES[Math.floor(index / (NOTE_SECONDS * RATE))]!;
    const since = (index / RATE) % NOTE_SECONDS;
    // Begins and ends each note at zero: no clicks.
    const loudness = Math.min(since / 0.02, 1) * Math.max(1 - since / NOTE_SECONDS, 0);
    const angle = 2 * Math.PI * note * since;
    const tone = Math.sin(angle) + 0.4 * Math.sin(2 * angle) + 0.2 * Math.sin(3 * angle);
    pcm.writeInt16LE(Math.round(9_000 * loudness * tone), index * 2);
  }
  return pcm;
}

/** http://soundfile.sapp.org/doc/WaveFormat/ */
function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(BYTES_PER_SECOND, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
