/** `/healthz`, `/readyz`, `/metrics`. */
import { Router } from 'express';

export interface HealthParts {
  /** Why only a restart helps this process. */
  stuckReason?(): string | undefined;
  /** If all are ok, events can be accepted and written. Never rejects. */
  readiness(): Promise<readonly { readonly name: string; readonly ok: boolean; readonly reason?: string }[]>;
  /** The text Prometheus reads; without Redis, the metrics of this process alone. Never rejects. */
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export function health({ stuckReason, readiness, exposition }: HealthParts): Router {
  const router = Router();
  router.get('/healthz', (_, response) => {
    const reason = stuckReason?.();
    if (reason === undefined) response.json({ status: 'alive' });
    else response.status(503).json({ status: 'stuck', reason });
  });
  router.get('/readyz', async (_, response) => {
    const checks = await readiness();
    const ready = checks.every(({ ok }) => ok);
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', checks });
  });
  router.get('/metrics', async (_, response) => {
    const { contentType, text } = await exposition();
    response.set('Content-Type', contentType).send(text);
  });
  return router;
}
