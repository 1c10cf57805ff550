/**
 * `npm run bench`: what the service costs in CRM requests and time, then what one ingress, one worker and a Redis can carry,
 * what people who listen to recordings cost an ingress, and what waiting events take in Redis. `npm run bench -- requests`,
 * `-- capacity`, `-- recordings` and `-- redis-bytes` run one of them.
 */
import { availableParallelism, loadavg } from 'node:os';
import { measureCapacity } from './capacity.ts';
import { measureRecordings } from './recordings.ts';
import { measureRedisBytes } from './redis-bytes.ts';
import { compareRequests } from './requests.ts';

const parts: Readonly<Record<string, () => Promise<void>>> = {
  requests: compareRequests,
  capacity: measureCapacity,
  recordings: measureRecordings,
  'redis-bytes': () => measureRedisBytes(console.log),
};

async function bench(chosen: readonly string[]): Promise<void> {
  const unknown = chosen.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    throw new Error(`there is no part ${unknown.join(', ')}: name ${Object.keys(parts).join(' or ')}`);
  }
  for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) {
    console.log(`\n=== ${name} (${machine()})\n`);
    await parts[name]!();
    console.log(`\n(${machine()})`);
  }
}

/** Absolute figures are worth what the machine was at that time. */
function machine(): string {
  const [lastMinute = 0] = loadavg();
  return `${availableParallelism()} cores, load ${lastMinute.toFixed(1)}, Node ${process.version}`;
}

bench(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.stack);
    process.exit(1);
  },
);
