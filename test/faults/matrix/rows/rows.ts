/** All rows, in the order of the table. */
import type { Row } from '../row.ts';
import { ingressRows } from './ingress.ts';
import { redisRows } from './redis.ts';
import { workerRows } from './worker.ts';

export const ROWS: readonly Row[] = [...workerRows, ...ingressRows, ...redisRows];
