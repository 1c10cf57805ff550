/** `/dashboard/queue`: the jobs of the queue, shown by a program of its own in a frame below the navigation. */
import { type RequestHandler, Router } from 'express';
import type { RenderDocument } from './document.ts';
import { STRICT_POLICY } from './security-headers.ts';

/** Where the board is, which must know it. */
export const BOARD_PATH = '/dashboard/queue/board';

/** Relative to `/dashboard/queue`. */
export function queuePage(board: RequestHandler, render: RenderDocument): Router {
  const router = Router();
  const parts = {
    page: 'queue',
    title: 'title.queue',
    styles: ['/assets/queue.css'],
    main: `<iframe src="${BOARD_PATH}/" title="Bull Board"></iframe>`,
  } as const;
  router.get('/', (request, response) => {
    response.set('Content-Security-Policy', `${STRICT_POLICY}; frame-src 'self'`);
    response.type('html').send(render(request, parts));
  });
  router.use('/board', board);
  return router;
}
