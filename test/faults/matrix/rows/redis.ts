/** Redis in trouble. Altur's five tries must outlast it. */
import type { Row } from '../row.ts';

export const redisRows: readonly Row[] = [
  {
    name: 'redis-killed',
    title: 'Redis is SIGKILLed and started again, twice',
    async during({ world, sending }) {
      for (const share of [0.3, 0.7]) {
        await sending.reaches(share);
        await world.redis.killFor(2_000);
      }
    },
  },
  {
    name: 'redis-full',
    title: 'Redis is out of memory for 8 s',
    async during({ world, sending }) {
      await sending.reaches(0.4);
      await world.redis.fullFor(8_000);
    },
  },
  {
    name: 'redis-hangs',
    title: 'Redis hangs for 8 s',
    async during({ world, sending }) {
      await sending.reaches(0.4);
      await world.redis.freezeFor(8_000);
    },
  },
  {
    name: 'half-open',
    title: 'all connections to Redis become half-open, twice',
    proxied: true,
    async during({ world, sending }) {
      for (const share of [0.3, 0.7]) {
        await sending.reaches(share);
        world.proxy!.swallow();
      }
    },
  },
];
