/** `/dashboard/api/actions`: what the buttons do. */
import express, { type Request, Router } from 'express';
import type { z } from 'zod';
import type { ActionResult, Actor, DashboardActions } from '../dashboard-data.ts';
import { fieldRequest, optionRequest, resyncRequest, selectionRequest } from './action-requests.ts';
import { sameOrigin } from './same-origin.ts';

/** `done` is called after each action: what was read before is out of date. */
export function actions(actions: DashboardActions, done: () => void): Router {
  const router = Router();
  router.use(sameOrigin, express.json({ limit: '256kb' }));

  const on = <Body>(
    name: string,
    body: z.ZodType<Body>,
    act: (body: Body, actor: Actor) => Promise<ActionResult>,
  ) => {
    router.post(`/${name}`, async (request, response) => {
      const read = body.safeParse(request.body);
      if (!read.success) {
        response.status(400).json({ error: `this is no request for ${name}` });
        return;
      }
      response.json(await act(read.data, actorOf(request)).finally(done));
    });
  };

  on('retry', selectionRequest, (selection, actor) => actions.retry(selection, actor));
  on('discard', selectionRequest, (selection, actor) => actions.discard(selection, actor));
  on('resync', resyncRequest, ({ callIds }, actor) => actions.resync(callIds, actor));
  on('create-field', fieldRequest, ({ object, field }, actor) => actions.createField(object, field, actor));
  on('add-option', optionRequest, ({ object, field, option }, actor) =>
    actions.addOption(object, field, option, actor),
  );
  return router;
}

function actorOf(request: Request): Actor {
  return { address: request.socket.remoteAddress ?? '' };
}
