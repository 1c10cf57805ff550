/** A client reconnects on errors that mean it talks to the wrong server. */
import { createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { connectProducer } from '../../src/queue/redis.ts';
import { freePort } from '../redis-server.ts';

test.each([
  "READONLY You can't write against a read only replica.",
  // As Redis 6 answers a script.
  "ERR Error running script (call to f_abc): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.",
])('%s: it connects again, since the address may lead to another server by now', async (text) => {
  let connections = 0;
  const server = createServer((socket: Socket) => {
    connections += 1;
    const answer = connections === 1 ? `-${text}\r\n` : '+OK\r\n';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const command of String(data).match(/\*\d+\r\n\$\d+\r\n\w+/g) ?? []) {
        const name = command.split('\r\n').at(-1)!.toUpperCase();
        if (name === 'HELLO') socket.write('-NOPROTO\r\n');
        else if (name === 'INFO') socket.write('$11\r\nrole:master\r\n');
        else socket.write(name === 'EVAL' ? answer : '+OK\r\n');
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const redis = connectProducer({
    nodes: [`redis://127.0.0.1:${(server.address() as { port: number }).port}`],
  });
  await new Promise((ready) => redis.once('ready', ready));
  await expect(redis.eval('return 1', 0)).rejects.toThrow(text);
  await new Promise((ready) => redis.once('ready', ready));
  expect(await redis.eval('return 1', 0)).toBe('OK');
  expect(connections).toBe(2);
  redis.disconnect();
  await new Promise((closed) => server.close(closed));
});

test('a client that has no connection is gone at once when it is closed', async () => {
  const redis = connectProducer({ nodes: [`redis://127.0.0.1:${await freePort()}`] });
  redis.on('error', () => {});
  const timers = () => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
  await new Promise((refused) => redis.once('reconnecting', refused));
  const before = timers();
  redis.disconnect();
  // The one until it connects again.
  expect(timers()).toBe(before - 1);
});
