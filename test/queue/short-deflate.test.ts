import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { shortDeflate } from '../../src/queue/short-deflate.ts';

const dictionary = Buffer.from('{"event_type":"on_call_end","status":"converted"}');
const options = { level: 6, memLevel: 5, windowBits: 13, dictionary };
const MAX_BYTES = 4_096;

test('every text is deflated as by zlib alone, whatever was deflated before', () => {
  const deflate = shortDeflate(MAX_BYTES, options);
  const texts = Array.from({ length: 200 }, (_, index) => {
    const text = `{"event_type":"on_call_end","id":"cll_${index}"}`.repeat(index % 60);
    return index % 3 === 0 ? randomBytes((index * 79) % MAX_BYTES) : Buffer.from(text).subarray(0, MAX_BYTES);
  });
  for (const text of [...texts, randomBytes(MAX_BYTES - 1), Buffer.alloc(0), Buffer.from('a')]) {
    expect(deflate(text).equals(deflateRawSync(text, options))).toBe(true);
    expect(inflateRawSync(deflate(text), { dictionary }).equals(text)).toBe(true);
  }
});

test('where Node does not have what is used of it, zlib does all', () => {
  // With another ending than the one used, the first text differs.
  const others = { ...options, finishFlush: constants.Z_SYNC_FLUSH };
  const deflate = shortDeflate(MAX_BYTES, others);
  for (const text of ['one', 'two', 'three'].map((each) => Buffer.from(each))) {
    expect(deflate(text).equals(deflateRawSync(text, others))).toBe(true);
    expect(deflate(text).equals(deflateRawSync(text, options))).toBe(false);
  }
});
