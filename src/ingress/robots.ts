/** `/robots.txt`: nothing here is for search engines. */
import { Router } from 'express';

export function robots(): Router {
  const router = Router();
  router.get('/robots.txt', (_, response) => {
    response.type('text/plain').send('User-agent: *\nDisallow: /\n');
  });
  return router;
}
