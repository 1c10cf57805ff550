import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { BatchRequests } from '../../src/worker/batch-requests.ts';

async function send(requests: BatchRequests, endpoint: string, status?: number): Promise<void> {
  const responded = requests.observe({ method: 'POST', endpoint });
  await sleep(1);
  responded(status === undefined ? {} : { status });
}

test('each batch has its own requests, although several are in flight', async () => {
  const requests = new BatchRequests();
  const batch = (name: string, status?: number) =>
    requests.of(async () => {
      await send(requests, `/${name}/1`, 200);
      await Promise.all([send(requests, `/${name}/2`, status)]);
      return name;
    });
  const [one, two] = await Promise.all([batch('one', 503), batch('two')]);
  expect(one).toMatchObject({
    result: 'one',
    requests: [
      { endpoint: '/one/1', status: 200 },
      { endpoint: '/one/2', status: 503 },
    ],
  });
  expect(two.requests.map(({ endpoint }) => endpoint)).toEqual(['/two/1', '/two/2']);
  expect(two.requests[1]).not.toHaveProperty('status');
});

test('requests of no batch are nobody’s, and of very many the first are kept', async () => {
  const requests = new BatchRequests();
  await send(requests, '/schema', 200);
  const { requests: sent } = await requests.of(async () => {
    for (let index = 0; index < 40; index++) requests.observe({ method: 'GET', endpoint: `/${index}` })({});
  });
  expect(sent.map(({ endpoint }) => endpoint)).toEqual(Array.from({ length: 12 }, (_, index) => `/${index}`));
});
