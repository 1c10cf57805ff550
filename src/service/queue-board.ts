/** Bull Board: the jobs of the queue one by one, read-only, in a frame of the dashboard. */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { decode, type JobData } from '../queue/job.ts';
import type { CallQueue } from '../queue/queue.ts';

/** Its page has inline styles; its scripts are files of their own. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** `path`: where it is mounted. */
export function queueBoard(queue: CallQueue, path: string): RequestHandler {
  const adapter = new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false });
  adapter.setFormatter('data', readable);
  const serverAdapter = new ExpressAdapter().setBasePath(path);
  createBullBoard({
    queues: [adapter],
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'altur-crm-sync',
        boardLogo: { path: '/dashboard/assets/icon.svg', width: 24, height: 24 },
        hideRedisDetails: true,
      },
    },
  });
  const router = Router();
  router.use(readOnly, ownPage, serverAdapter.getRouter() as RequestHandler);
  return router;
}

/** Jobs hold events packed. */
function readable(data: JobData): object {
  try {
    return decode(data);
  } catch (error) {
    return { unreadable: (error as Error).message, ...data };
  }
}

/** The adapter refuses changes too; nothing that changes anything gets as far as it. */
function readOnly(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else response.status(405).set('Allow', 'GET').json({ error: 'the queue is shown here, not changed' });
}

/** Its page asks Google for a font: without the link it asks this service alone, and looks much the same. */
function ownPage(_: Request, response: Response, next: NextFunction): void {
  response.set('Content-Security-Policy', POLICY);
  const { send } = response;
  response.send = (body: unknown) =>
    send.call(
      response,
      typeof body === 'string' ? body.replace(/<link[^>]+fonts\.googleapis[^>]+>/, '') : body,
    );
  next();
}
