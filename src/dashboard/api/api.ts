/** `/dashboard/api`: what the pages read, as JSON. */
import { Router } from 'express';
import type { Log } from '../../log.ts';
import { callIdOf } from '../call-id.ts';
import type { DashboardData } from '../dashboard-data.ts';
import { actions } from './actions.ts';
import { answerErrors } from './errors.ts';
import { findCalls } from './find-calls.ts';
import { readSearch } from './search-request.ts';
import { SharedRead } from './shared-read.ts';

/** Shorter than the pause between two requests of one page. */
const KEEP_MS = 1_000;
const UNASSIGNED_SHOWN = 8;

export function api(data: DashboardData, log: Pick<Log, 'warn'>): Router {
  const router = Router();
  const overview = new SharedRead(() => readOverview(data), KEEP_MS);
  const statements = new SharedRead(async () => ({ now: Date.now(), ...(await data.statements()) }), KEEP_MS);
  router.get('/overview', async (_, response) => void response.json(await overview.get()));
  router.get('/calls', async (request, response) => {
    const { text, filters } = readSearch(request);
    response.json({ now: Date.now(), ...(await findCalls(data, text, filters)) });
  });
  router.get('/calls/:callId', async (request, response) => {
    response.json({ now: Date.now(), ...(await data.call(callIdOf(request))) });
  });
  router.get('/statements', async (_, response) => void response.json(await statements.get()));
  router.use(
    '/actions',
    actions(data.actions, () => {
      overview.expire();
      statements.expire();
    }),
  );
  router.use(answerErrors(data, log));
  return router;
}

async function readOverview(data: DashboardData): Promise<object> {
  const [overview, unassigned, yesterday] = await Promise.all([
    data.overview(),
    data.search({ outcome: 'unassigned', limit: UNASSIGNED_SHOWN }),
    data.yesterday(),
  ]);
  return { ...overview, unassigned, yesterday };
}
