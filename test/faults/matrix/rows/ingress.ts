/** Ingresses that die, and deliveries that come together. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from '../row.ts';

export const ingressRows: readonly Row[] = [
  {
    name: 'ingress-killed',
    title: 'the only ingress is SIGKILLed under load, three times',
    async during({ world, sending, random }) {
      for (const share of [0.2, 0.5, 0.8]) {
        await sending.reaches(share);
        await delay(random.between(0, 500));
        await world.killIngress(world.ingresses[0]!);
      }
    },
  },
  {
    name: 'five-at-once',
    title: 'each event is delivered five times at once, to two ingresses',
    ingresses: 2,
    atOnce: 5,
  },
];
