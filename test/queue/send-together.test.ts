/** A stream in the place of the socket shows what leaves by one system call. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { RedisClient } from '../../src/queue/redis.ts';
import { sendTogether } from '../../src/queue/send-together.ts';

/** What was written to the socket by one system call each. */
function openStream() {
  const writes: string[][] = [];
  const stream = new PassThrough({ highWaterMark: 1_000_000 });
  stream._write = (chunk, _, done) => {
    writes.push([String(chunk)]);
    done();
  };
  stream._writev = (chunks, done) => {
    writes.push(chunks.map(({ chunk }) => String(chunk)));
    done();
  };
  const redis = { stream } as unknown as Pick<RedisClient, 'stream'>;
  return { writes, stream, redis };
}
const endOfTurn = () => new Promise((next) => setImmediate(next));

test('what is sent in one turn leaves together, what is sent in the next one as well', async () => {
  const { writes, stream, redis } = openStream();
  for (const turn of ['a', 'b']) {
    for (const command of ['1', '2', '3']) {
      sendTogether(redis);
      stream.write(`${turn}${command}`);
    }
    await endOfTurn();
  }
  expect(writes).toEqual([
    ['a1', 'a2', 'a3'],
    ['b1', 'b2', 'b3'],
  ]);
});

test('without it each command leaves alone', async () => {
  const { writes, stream } = openStream();
  for (const command of ['1', '2']) stream.write(command);
  await endOfTurn();
  expect(writes).toEqual([['1'], ['2']]);
});

test('a connection that closes meanwhile, or is not there yet, does no harm', async () => {
  const { stream, redis } = openStream();
  sendTogether(redis);
  stream.destroy();
  await endOfTurn();
  expect(() => sendTogether({} as Pick<RedisClient, 'stream'>)).not.toThrow();
});
