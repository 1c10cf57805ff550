/** Workers that die. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from '../row.ts';

export const workerRows: readonly Row[] = [
  {
    name: 'worker-killed',
    title: 'a worker is SIGKILLed, five times at random',
    async during({ world, sending, random }) {
      for (const share of [0.15, 0.35, 0.55, 0.75, 0.95]) {
        await sending.reaches(share);
        await delay(random.between(0, 500));
        await world.killWorker(random.between(0, 1));
      }
    },
  },
];
