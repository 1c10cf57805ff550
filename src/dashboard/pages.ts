/** The pages about calls: their scripts read what they show from `/dashboard/api`. */
import { type Request, type Response, Router } from 'express';
import type { CallStatus } from '../monitoring/call-status.ts';
import { callIdOf } from './call-id.ts';
import type { DashboardData } from './dashboard-data.ts';
import type { PageParts, RenderDocument } from './document.ts';

const OVERVIEW_STYLES = ['overview', 'health', 'chart', 'groups'].map(
  (name) => `/assets/overview/${name}.css`,
);

/** Relative to `/dashboard`. */
export function pages(data: DashboardData, render: RenderDocument): Router {
  const router = Router();
  const page = (parts: PageParts) => (request: Request, response: Response) =>
    void response.type('html').send(render(request, parts));
  router.get(
    '/',
    page({
      page: 'overview',
      title: 'title.overview',
      styles: ['/assets/calls.css', ...OVERVIEW_STYLES],
      script: '/assets/overview/page.js',
    }),
  );
  router.get(
    '/statement',
    page({
      page: 'statement',
      title: 'title.statement',
      styles: ['/assets/calls.css', '/assets/statement/statement.css'],
      script: '/assets/statement/page.js',
    }),
  );
  router.get(
    '/calls',
    page({
      page: 'calls',
      title: 'title.calls',
      styles: ['/assets/calls.css', '/assets/search/search.css'],
      script: '/assets/search/page.js',
    }),
  );
  router.get(
    '/calls/:callId',
    page({
      page: 'calls',
      title: 'title.call',
      styles: ['/assets/calls.css', '/assets/call/call.css', '/assets/call/timeline.css'],
      script: '/assets/call/page.js',
    }),
  );
  // A list of calls holds no links into the CRM: they are looked up when somebody follows one.
  router.get('/calls/:callId/crm', async (request, response) => {
    const callId = callIdOf(request);
    // What is wrong while it cannot be read, the page of the call says.
    const url = await data.call(callId).then(crmUrl, () => undefined);
    // Its page is one level above, with the same query.
    response.redirect(url ?? request.originalUrl.replace(/\/crm(?=\?|$)/, ''));
  });
  return router;
}

function crmUrl({ synced }: CallStatus): string | undefined {
  const urls = (['call', 'person'] as const).map(
    (object) => synced?.records.find((record) => record.object === object && record.url)?.url,
  );
  return urls.find((url) => url !== undefined && /^https?:$/.test(URL.parse(url)?.protocol ?? ''));
}
