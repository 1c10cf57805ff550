/** Silence as an Ogg Opus file. https://www.rfc-editor.org/rfc/rfc7845, https://www.rfc-editor.org/rfc/rfc3533 */
import { OPUS_RATE, PACKETS_PER_SECOND, PRE_SKIP, SAMPLES_PER_PACKET, SILENT_PACKET } from './opus.ts';

const BEGINS = 2;
const ENDS = 4;

export function silentOgg(seconds: number): Buffer {
  const pages = Math.max(Math.ceil(seconds), 1);
  const sound = Array.from({ length: pages }, (_, index) =>
    page({
      packets: Array(PACKETS_PER_SECOND).fill(SILENT_PACKET),
      sequence: index + 2,
      flags: index === pages - 1 ? ENDS : 0,
      granule: (index + 1) * PACKETS_PER_SECOND * SAMPLES_PER_PACKET,
    }),
  );
  return Buffer.concat([
    page({ packets: [opusHead()], sequence: 0, flags: BEGINS, granule: 0 }),
    page({ packets: [opusTags()], sequence: 1, flags: 0, granule: 0 }),
    ...sound,
  ]);
}

function opusHead(): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head.writeUInt8(1, 8);
  head.writeUInt8(1, 9);
  head.writeUInt16LE(PRE_SKIP, 10);
  head.writeUInt32LE(OPUS_RATE, 12);
  return head;
}

function opusTags(): Buffer {
  const vendor = Buffer.from('simulator');
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4);
  tags.write('OpusTags', 0, 'latin1');
  tags.writeUInt32LE(vendor.length, 8);
  vendor.copy(tags, 12);
  return tags;
}

interface OggPage {
  /** Each shorter than 255 bytes. */
  readonly packets: readonly Buffer[];
  readonly sequence: number;
  readonly flags: number;
  readonly granule: number;
}

function page({ packets, sequence, flags, granule }: OggPage): Buffer {
  const header = Buffer.alloc(27 + packets.length);
  header.write('OggS', 0, 'latin1');
  header.writeUInt8(flags, 5);
  header.writeBigInt64LE(BigInt(granule), 6);
  header.writeUInt32LE(1, 14);
  header.writeUInt32LE(sequence, 18);
  header.writeUInt8(packets.length, 26);
  header.set(
    packets.map(({ length }) => length),
    27,
  );
  const whole = Buffer.concat([header, ...packets]);
  whole.writeUInt32LE(checksum(whole), 22);
  return whole;
}

/** CRC-32 with Ogg's polynomial, most significant bit first, which is not that of zlib. */
function checksum(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
