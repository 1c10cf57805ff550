/** When a request is written to its connection, on real connections. */
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { whenWritten } from '../../../connectors/engine/http/when-written.ts';
import { freePort } from '../../redis-server.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers a request once `answer` resolves. */
async function serve(answer: Promise<unknown>): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', async () => {
      await answer;
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('it is told after the request was made and before its answer', async () => {
  const answer = Promise.withResolvers<void>();
  const url = await serve(answer.promise);
  const events: string[] = [];
  const written = () => {
    events.push('written');
    answer.resolve();
  };
  await whenWritten(written, async () => {
    const response = fetch(url, { method: 'POST', body: '{}' });
    events.push('made');
    await (await response).text();
    events.push('answered');
  });
  expect(events).toEqual(['made', 'written', 'answered']);
});

test('of requests at the same time each is told its own', async () => {
  const answers = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const urls = await Promise.all(answers.map(({ promise }) => serve(promise)));
  await Promise.all(urls.map((url, index) => whenWritten(answers[index]!.resolve, () => fetch(url))));
});

test('a request that cannot be written is told when it has failed', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  let told = 0;
  const sending = whenWritten(
    () => {
      told += 1;
    },
    () => fetch(url),
  );
  expect(told).toBe(0);
  await expect(sending).rejects.toThrow();
  expect(told).toBe(1);
});
