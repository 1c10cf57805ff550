/** Silence as an MP4 file with Opus in it. https://opus-codec.org/docs/opus_in_isobmff.html */
import { OPUS_RATE, PACKETS_PER_SECOND, PRE_SKIP, SAMPLES_PER_PACKET, SILENT_PACKET } from './opus.ts';

export function silentMp4(seconds: number): Buffer {
  const packets = Math.max(Math.round(seconds * PACKETS_PER_SECOND), 1);
  const type = box('ftyp', text('isom'), u32(512), text('isomiso2mp41'));
  // The place of the sound depends on the size of the index, which does not depend on the place.
  const soundAt = type.length + movie(packets, 0).length + 8;
  const sound = box('mdat', ...Array<Buffer>(packets).fill(SILENT_PACKET));
  return Buffer.concat([type, movie(packets, soundAt), sound]);
}

function movie(packets: number, soundAt: number): Buffer {
  const duration = packets * SAMPLES_PER_PACKET;
  const header = fullBox(
    'mvhd',
    zeros(8),
    u32(OPUS_RATE),
    u32(duration),
    u32(0x10000),
    u16(0x100),
    zeros(10),
    matrix(),
    zeros(24),
    u32(2),
  );
  const trackHeader = fullBox(
    'tkhd',
    zeros(8),
    u32(1),
    zeros(4),
    u32(duration),
    zeros(12),
    u16(0x100),
    zeros(2),
    matrix(),
    zeros(8),
  );
  // The track is enabled.
  trackHeader.writeUInt8(7, 11);
  const media = box(
    'mdia',
    fullBox('mdhd', zeros(8), u32(OPUS_RATE), u32(duration), u16(0x55c4), zeros(2)),
    fullBox('hdlr', zeros(4), text('soun'), zeros(12), text('sound\0')),
    box('minf', fullBox('smhd', zeros(4)), box('dinf', dataReference()), samples(packets, soundAt)),
  );
  return box('moov', header, box('trak', trackHeader, media));
}

/** The sound is in this file. */
function dataReference(): Buffer {
  const reference = fullBox('url ');
  reference.writeUInt8(1, 11);
  return fullBox('dref', u32(1), reference);
}

/** One chunk of packets of one size. */
function samples(packets: number, soundAt: number): Buffer {
  return box(
    'stbl',
    fullBox('stsd', u32(1), opusEntry()),
    fullBox('stts', u32(1), u32(packets), u32(SAMPLES_PER_PACKET)),
    fullBox('stsc', u32(1), u32(1), u32(packets), u32(1)),
    fullBox('stsz', u32(SILENT_PACKET.length), u32(packets)),
    fullBox('stco', u32(1), u32(soundAt)),
  );
}

function opusEntry(): Buffer {
  const specific = box('dOps', Buffer.from([0, 1]), u16(PRE_SKIP), u32(OPUS_RATE), zeros(3));
  return box(
    'Opus',
    zeros(6),
    u16(1),
    zeros(8),
    u16(1),
    u16(16),
    zeros(4),
    u16(OPUS_RATE),
    zeros(2),
    specific,
  );
}

function box(name: string, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([u32(content.length + 8), text(name), content]);
}

/** With a version and flags, both zero. */
function fullBox(name: string, ...parts: readonly Buffer[]): Buffer {
  return box(name, zeros(4), ...parts);
}

/** Neither turned nor scaled. */
function matrix(): Buffer {
  return Buffer.concat([u32(0x10000), zeros(12), u32(0x10000), zeros(12), u32(0x40000000)]);
}

const text = (value: string) => Buffer.from(value, 'latin1');
const zeros = (bytes: number) => Buffer.alloc(bytes);
const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
