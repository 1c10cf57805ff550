/** A connection to the simulated Redis, with the methods of ioredis that the core calls. */
import type { RedisClient } from '../../../src/queue/redis.ts';
import { OUT_OF_MEMORY, outOfMemory, type World } from '../world.ts';
import type { Reply } from './keyspace.ts';

type Argument = string | number | readonly (string | number)[] | Readonly<Record<string, string | number>>;
type Command = readonly [name: string, args: readonly string[]];

const COMMANDS = [
  'get',
  'mget',
  'set',
  'del',
  'exists',
  'pexpire',
  'pttl',
  'sadd',
  'scard',
  'hset',
  'hgetall',
];

/** A Redis that is out of memory rejects these, and carries out the others. */
const GROWING: readonly string[] = ['set', 'sadd', 'hset'];

export function simulatedRedis(world: World): RedisClient {
  const client: Record<string, unknown> = {
    eval: async (script: string, count: number, ...args: Argument[]) => {
      const texts = textsOf(args);
      const [keys, values] = [texts.slice(0, count), texts.slice(count)];
      return world.link('redis', 'eval', () => world.scripts.run(script, keys, values));
    },
    pipeline: () => pipeline(world),
  };
  for (const name of COMMANDS)
    client[name] = async (...args: Argument[]) => {
      const command: Command = [name, textsOf(args)];
      const run = () => execute(world, command);
      return world.link('redis', name, run, GROWING.includes(name) ? outOfMemory : run);
    };
  return client as unknown as RedisClient;
}

function pipeline(world: World) {
  const commands: Command[] = [];
  const run = (command: Command) => [null, execute(world, command)];
  const runIfNotGrowing = (command: Command) =>
    GROWING.includes(command[0]) ? [new Error(OUT_OF_MEMORY), null] : run(command);
  const filled: Record<string, unknown> = {
    exec: () =>
      world.link(
        'redis',
        'pipeline',
        () => commands.map(run),
        () => commands.map(runIfNotGrowing),
      ),
  };
  for (const name of COMMANDS)
    filled[name] = (...args: Argument[]) => {
      commands.push([name, textsOf(args)]);
      return filled;
    };
  return filled;
}

const execute = (world: World, [name, args]: Command): Reply => world.keyspace.execute(name, args);

function textsOf(args: readonly Argument[]): string[] {
  return args.flatMap((arg) =>
    typeof arg === 'object' ? Object.entries(arg).flatMap(pairOf(arg)) : String(arg),
  );
}

const pairOf =
  (arg: object) =>
  ([name, value]: [string, unknown]) =>
    Array.isArray(arg) ? [String(value)] : [name, String(value)];
