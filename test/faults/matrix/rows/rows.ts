/** All rows, in the order of the table. */
import type { Row } from '../row.ts';
import { crmRows } from './crm.ts';
import { deployRows } from './deploy.ts';
import { ingressRows } from './ingress.ts';
import { peopleRows } from './people.ts';
import { recordRows } from './records.ts';
import { redisRows } from './redis.ts';
import { workerRows } from './worker.ts';

export const ROWS: readonly Row[] = [
  ...workerRows,
  ...ingressRows,
  ...redisRows,
  ...crmRows,
  ...recordRows,
  ...peopleRows,
  ...deployRows,
];
