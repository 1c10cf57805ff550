/** Errors of `/dashboard/api` as sentences: people read them on a page. */
import type { ErrorRequestHandler } from 'express';
import { FoldedWarning } from '../../folded-warning.ts';
import type { Log } from '../../log.ts';
import { isOperatorError } from '../../operator-error.ts';

/** An open page asks every two seconds: what it could not read is logged folded. */
export function answerErrors(log: Pick<Log, 'warn'>): ErrorRequestHandler {
  const warning = new FoldedWarning(
    log,
    'the dashboard cannot read its data',
    'the calls are not affected; see that Redis answers',
  );
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const code = (error as { code?: unknown }).code;
    if (isOperatorError(error)) {
      response.status(409).json({ error: error.message, code });
      return;
    }
    // Of an unreadable body, or an action that failed for a defect of ours.
    if (typeof error?.status === 'number' || request.method !== 'GET') return next(error);
    warning.warn({ code: 'DASHBOARD_READ_FAILED', error });
    response.status(503).json({ error: 'the data cannot be read at the moment: does Redis answer?' });
  };
}
