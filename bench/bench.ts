/**
 * `npm run bench`: what the service costs in CRM requests and time, then what one ingress, one worker and a Redis can carry,
 * what people who listen to recordings cost an ingress, what waiting events take in Redis, and how long a start takes. All parts together write
 * docs/performance.md;
 * `npm run bench -- requests` and the like run one of them, which writes nothing.
 */
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

async function bench(chosen: readonly string[]): Promise<void> {
  const unknown = chosen.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    throw new Error(`there is no part ${unknown.join(', ')}: name ${Object.keys(parts).join(' or ')}`);
  }
  const at = new Date();
  console.log(machine());
  const measured: MeasuredPart[] = [];
  for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) measured.push(await measure(name));
  if (chosen.length === 0) await writePage({ machine: machine(), at, parts: measured });
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

bench(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
