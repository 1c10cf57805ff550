/** The third connector: written as connectors/README.md says, it gets the contract suite for nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { definition } from '../fixtures/connectors/memo/index.ts';
import { recordingLog } from '../recording-log.ts';
import { describeContract } from './contract.ts';
import { mapCache, mapLastWrites, POLICY } from './fixtures.ts';

const STATUSES = { unavailable: 503, rate_limited: 429, unauthorized: 401 } as const;

describeContract(
  'memo',
  {
    person: (n) => [{ field: 'name', value: `Person ${n}`, when: 'always' }],
    call: (n) => [{ field: 'title', value: `Call ${n}`, when: 'always' }],
    refusedCall: [{ field: 'title', value: 'refuse me', when: 'always' }],
    writes: 2,
  },
  async () => {
    const tables = { '/people': new Map<string, object>(), '/calls': new Map<string, object>() };
    let broken: number | undefined;
    let losing = 0;
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (broken !== undefined) return void response.writeHead(broken).end();
      const rows = JSON.parse(Buffer.concat(chunks).toString()) as { key: string; title?: string }[];
      const refused = rows.filter(({ title }) => title === 'refuse me');
      for (const row of rows) {
        if (!refused.includes(row)) tables[request.url as keyof typeof tables].set(row.key, row);
      }
      losing -= 1;
      if (losing === 0) return void response.destroy();
      response.end(JSON.stringify({ refused: refused.map(({ key }) => key) }));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const MEMO_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const connector = definition.create(
      { MEMO_URL },
      {
        policy: POLICY,
        personCache: mapCache(),
        lastWrites: mapLastWrites(),
        log: recordingLog(),
        timeZone: 'UTC',
        objects: ['person', 'call'],
      },
    );
    const calls = () => [...tables['/calls'].values()] as { person?: string }[];
    return {
      connector,
      people: () => [...tables['/people'].keys()],
      calls: () => [...tables['/calls'].keys()],
      linked: () => calls().filter(({ person }) => person !== undefined).length,
      loseNextWrite: (nth) => {
        losing = nth;
      },
      breakWith: (kind) => {
        broken = STATUSES[kind];
      },
      mend: () => {
        broken = undefined;
      },
      close: () =>
        new Promise((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        }),
    };
  },
);
