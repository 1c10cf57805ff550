/** `npm run bench`: all parts, whose results are written to docs/performance.md; or some of them, which writes nothing. */
import { UsageError } from '../src/commands/command-line.ts';
import { helpCommand, runScript } from '../test/script.ts';
import { measureCapacity } from './capacity.ts';
import { measureIngress } from './ingress.ts';
import { load, machine } from './machine.ts';
import type { Part } from './part.ts';
import { type MeasuredPart, writePage } from './performance-page.ts';
import { measureRecordings } from './recordings.ts';
import { measureRedisBytes } from './redis-bytes.ts';
import { compareRequests } from './requests.ts';
import { measureStart } from './start.ts';

const parts: Readonly<Record<string, Part>> = {
  requests: compareRequests,
  capacity: measureCapacity,
  recordings: measureRecordings,
  'redis-bytes': measureRedisBytes,
  ingress: measureIngress,
  start: measureStart,
};

const HELP = `npm run bench -- [PART]…

  Measures what the service costs and carries, on this machine, with a simulated CRM. All parts take under five minutes and
  write docs/performance.md; some of them write nothing. Stop everything else first: the figures are worth what the
  machine is free for.

  requests      requests to the CRM, and seconds, beside a writer that handles every event by itself
  capacity      what one ingress, one worker and two, and a Redis can carry
  recordings    what people who listen to recordings cost an ingress
  redis-bytes   what waiting events take in Redis
  ingress       an accepted event, beside the webhook as it is usually written
  start         how long a process takes until it is ready
`;

async function bench(chosen: readonly string[]): Promise<number> {
  const unknown = chosen.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    throw new UsageError(`there is no part ${unknown.join(', ')}: see \`${helpCommand('bench')}\``);
  }
  const at = new Date();
  console.log(machine());
  const measured: MeasuredPart[] = [];
  for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) measured.push(await measure(name));
  if (chosen.length === 0) await writePage({ machine: machine(), at, parts: measured });
  return 0;
}

async function measure(name: string): Promise<MeasuredPart> {
  const [startedAt, loadBefore] = [performance.now(), load()];
  console.log(`\n=== ${name} (${loadBefore})\n`);
  const lines: string[] = [];
  await parts[name]!((line) => {
    lines.push(line);
    console.log(line);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`\n(${seconds.toFixed(0)} s, ${load()})`);
  return { name, seconds, loads: [loadBefore, load()], lines };
}

runScript(HELP, bench);
