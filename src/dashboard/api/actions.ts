/** `/dashboard/api/actions`: what the buttons do. */
import express, { type Request, Router } from 'express';
import type { z } from 'zod';
import type { CallCheck } from '../../monitoring/check-records.ts';
import type { ActionResult, Browser, DashboardActions } from '../dashboard-data.ts';
import {
  checkRequest,
  fieldRequest,
  optionRequest,
  resyncRequest,
  selectionRequest,
  statementsRequest,
} from './action-requests.ts';
import { sameOrigin } from './same-origin.ts';

/** `done` is called after each action: what was read before is out of date. */
export function actions(actions: DashboardActions, done: () => void): Router {
  const router = Router();
  router.use(sameOrigin, express.json({ limit: '256kb' }));

  const on = <Body>(
    name: string,
    body: z.ZodType<Body>,
    act: (body: Body, browser: Browser) => Promise<ActionResult | { readonly checks: readonly CallCheck[] }>,
  ) => {
    router.post(`/${name}`, async (request, response) => {
      const read = body.safeParse(request.body);
      if (!read.success) {
        response.status(400).json({ error: `this is no request for ${name}` });
        return;
      }
      response.json(await act(read.data, browserOf(request)).finally(done));
    });
  };

  on('retry', selectionRequest, (selection, browser) => actions.retry(selection, browser));
  on('discard', selectionRequest, (selection, browser) => actions.discard(selection, browser));
  on('resync', resyncRequest, ({ callIds }, browser) => actions.resync(callIds, browser));
  on('make-statements', statementsRequest, ({ days }, browser) => actions.makeStatements(days, browser));
  on('check', checkRequest, async ({ callId }) => ({ checks: await actions.check(callId) }));
  on('create-field', fieldRequest, ({ object, field }, browser) =>
    actions.createField(object, field, browser),
  );
  on('add-option', optionRequest, ({ object, field, option }, browser) =>
    actions.addOption(object, field, option, browser),
  );
  return router;
}

function browserOf(request: Request): Browser {
  return { address: request.socket.remoteAddress ?? '' };
}
