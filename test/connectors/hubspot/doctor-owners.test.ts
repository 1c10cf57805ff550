import { expect, test } from '@jest/globals';
import type { Transport } from '../../../connectors/engine/http/transport.ts';
import { checkOwners } from '../../../connectors/hubspot/doctor-owners.ts';

/** A portal with so many pages of one owner each: 1, 2, 3 … */
function portal(pages: number) {
  const paths: string[] = [];
  const transport: Transport = {
    async send({ path }) {
      paths.push(path);
      const page = Number(new URL(path, 'https://crm.test').searchParams.get('after') ?? 1);
      const paging = page < pages ? { next: { after: `${page + 1}` } } : undefined;
      return { status: 200, body: { results: [{ id: `${page}` }], paging } };
    },
  };
  return { transport, paths };
}

const MAPPED = [{ id: '3' }, { id: '7', field: 'hubspot_owner_id' }, { id: 'text', field: 'plan' }];

test('owners of all pages are known', async () => {
  const { transport, paths } = portal(5);
  expect(await checkOwners(transport, MAPPED)).toEqual([
    expect.objectContaining({ level: 'warning', message: expect.stringMatching(/^the mapping names 7 as/) }),
  ]);
  expect(paths).toHaveLength(5);
});

test('of a portal with too many of them, nothing is said against any, and it is asked once', async () => {
  const { transport, paths } = portal(1_000);
  expect(await checkOwners(transport, MAPPED)).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/all its owners.*not checked are 3, 7$/) }),
  ]);
  expect(paths).toHaveLength(20);
});
