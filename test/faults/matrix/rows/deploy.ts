/** New processes take the place of old ones. */
import type { Row } from '../row.ts';

export const deployRows: readonly Row[] = [
  {
    name: 'rolling-deploy',
    title: 'a rolling deploy of two ingresses and two workers, twice',
    ingresses: 2,
    async during({ world, sending }) {
      for (const share of [0.2, 0.6]) {
        await sending.reaches(share);
        for (let index = 0; index < 2; index++) {
          await world.replaceIngress();
          await world.replaceWorker();
        }
      }
    },
  },
];
