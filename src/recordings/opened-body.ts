/** The body of an answer of Altur's, once its first bytes are there: no page, no empty answer, and of a known kind. */
import type { IncomingMessage } from 'node:http';
import {
  declaredMediaType,
  isDocument,
  SNIFFED_BYTES,
  sniffMediaType,
  UNKNOWN_MEDIA_TYPE,
} from './media-type.ts';
import { type Chunks, chunksOf, peek, type Reading } from './recording-chunks.ts';
import { notReady, unusable } from './recording-fault.ts';

export interface OpenedBody {
  readonly mediaType: string;
  readonly chunks: Chunks;
}

/** `mediaType`: where it is known already. Throws RecordingFault; then the answer is done with. */
export async function openBody(
  answer: IncomingMessage,
  reading: Reading,
  mediaType?: string,
): Promise<OpenedBody> {
  try {
    const { 'content-type': header, 'content-encoding': encoding = 'identity' } = answer.headers;
    if (isDocument(header)) throw unusable('Altur’s API answered with a document');
    if (encoding.trim().toLowerCase() !== 'identity')
      throw unusable('Altur’s API answered with a compressed body');
    const known = declaredMediaType(header) ?? mediaType;
    const { head, chunks } = await peek(chunksOf(answer, reading), known === undefined ? SNIFFED_BYTES : 1);
    if (head.length === 0) throw notReady('Altur’s API answered with an empty body');
    const found = known ?? sniffMediaType(head) ?? UNKNOWN_MEDIA_TYPE;
    if (found === 'document') throw unusable('Altur’s API answered with a document');
    return { mediaType: found, chunks };
  } catch (error) {
    answer.destroy();
    throw error;
  }
}
