/** Silence as an MP3 file: frames of MPEG-1 layer III at 128 kbit/s, 44.1 kHz, mono, without any sound in them. */
import { periodic, type RecordingBytes } from './recording-bytes.ts';

const FRAME_BYTES = 417;
const FRAMES_PER_SECOND = 44_100 / 1_152;
/** No ID3: a recording is recognised by its first frame. http://www.mp3-tech.org/programmer/frame_header.html */
const FRAME_HEADER = [0xff, 0xfb, 0x90, 0xc4];

export function silentMp3({
  seconds,
  bytes,
}: {
  seconds: number;
  bytes?: number | undefined;
}): RecordingBytes {
  const frames = Math.ceil(bytes === undefined ? seconds * FRAMES_PER_SECOND : bytes / FRAME_BYTES);
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.set(FRAME_HEADER);
  return periodic('audio/mpeg', frames * FRAME_BYTES, Buffer.alloc(0), Buffer.concat(Array(150).fill(frame)));
}
