/**
 * Events as short texts: deflated with a dictionary of what events are made of (event-dictionary.ts), then written in the
 * characters of text-bytes.ts, since BullMQ stores text. Nothing is left out: the deprecated `end_user`, which says again
 * what `campaign_user` says, becomes a few references to it, and comes back exactly as it was.
 *
 * A packed event begins with the version of its dictionary and a dot. Zstandard with a dictionary would need Node 22.19
 * (https://nodejs.org/api/zlib.html#class-zstdoptions), and is slower on short events.
 */
import { deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { DICTIONARIES } from './event-dictionary.ts';
import { bytesToText, textToBytes } from './text-bytes.ts';

/** Written; all are read. */
const VERSION = 1;

const dictionaries: ReadonlyMap<number, Buffer> = new Map(
  [...DICTIONARIES].map(([version, text]) => [version, Buffer.from(text)]),
);

const dictionary = dictionaries.get(VERSION)!;

/** Dictionary and event fit into a window of 8 KiB: zlib prepares less memory, which takes longer than the work. */
const SHORT_BYTES = 4_096;
const SHORT: ZlibOptions = { level: 6, memLevel: 5, windowBits: 13, chunkSize: 2_048, dictionary };
/** Higher levels take a third longer for 5 % less. */
const LONG: ZlibOptions = { level: 4, dictionary };

/** `json`: of an event. */
export function pack(json: string): string {
  const bytes = Buffer.from(json);
  return `${VERSION}.${bytesToText(deflateRawSync(bytes, bytes.length < SHORT_BYTES ? SHORT : LONG))}`;
}

/** Throws when the text cannot be read, or needs a dictionary of a later version. */
export function unpack(packed: string): string {
  const dot = packed.indexOf('.');
  const version = packed.slice(0, Math.max(dot, 0));
  const needed = dictionaries.get(Number(version));
  if (needed === undefined) throw new Error(`the event needs dictionary "${version}", which is unknown`);
  return inflateRawSync(textToBytes(packed.slice(dot + 1)), { dictionary: needed }).toString('utf8');
}
