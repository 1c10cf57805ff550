/** What the server answers: the webhook, health, pages, and an error for every other request. */
import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type Router } from 'express';
import type { Log } from '../log.ts';
import { type HealthParts, health } from './health.ts';
import { robots } from './robots.ts';
import { type WebhookParts, webhook } from './webhook.ts';

export interface AppParts extends HealthParts, Partial<WebhookParts> {
  readonly log: Log;
  /** Further pages, such as the dashboard. */
  readonly pages?: readonly Router[];
}

/** Without a webhook (a worker process) only health and pages are served. */
export function createApp(parts: AppParts): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(health(parts));
  app.use(robots());
  for (const page of parts.pages ?? []) app.use(page);
  app.use((_, response) => void response.status(404).json({ error: 'there is nothing here' }));
  app.use(answerError(parts.log));
  if (!isWebhook(parts)) return app;
  // First: nearly all requests are for it.
  const answered = webhook(parts);
  return (request, response) => {
    if (!answered(request, response)) app(request, response);
  };
}

function isWebhook(parts: Partial<WebhookParts>): parts is WebhookParts {
  return parts.enqueue !== undefined;
}

/** An error of body-parser has a `status`; an error without one is a defect of ours. */
function answerError(log: Log): ErrorRequestHandler {
  return (error, _, response, next) => {
    if (response.headersSent) return next(error);
    const status = typeof error?.status === 'number' ? error.status : 500;
    if (status >= 500) log.error('request failed', { error });
    response.status(status).json({ error: explanation(status, error?.limit) });
  };
}

/** `limit`: the largest body, in bytes, where body-parser rejected a larger one. */
function explanation(status: number, limit: unknown): string {
  if (status !== 413) return EXPLANATIONS[status] ?? 'the request failed';
  return `the body is larger than ${typeof limit === 'number' ? `${limit / 1_048_576} MiB` : 'allowed'}`;
}

const EXPLANATIONS: Readonly<Record<number, string>> = {
  400: 'the body is incomplete',
  415: 'send the body as plain JSON, not compressed',
};
