/** Errors of `/dashboard/api` as sentences: people read them on a page. */
import type { ErrorRequestHandler } from 'express';
import { FoldedWarning } from '../../folded-warning.ts';
import type { Log } from '../../log.ts';
import { isOperatorError } from '../../operator-error.ts';
import type { DashboardData } from '../dashboard-data.ts';

const ACTION_FAILED =
  'the action was not carried out, or only in part: does Redis answer? Do it again once it does, which does no harm';

/** An open page asks every two seconds: what it could not read is logged folded. */
export function answerErrors(
  data: Pick<DashboardData, 'isOutage'>,
  log: Pick<Log, 'warn'>,
): ErrorRequestHandler {
  const warning = new FoldedWarning(
    log,
    'the dashboard cannot read its data',
    'the calls are not affected; see that Redis answers',
  );
  const actionFailed = new FoldedWarning(
    log,
    'an action of the dashboard failed',
    'do it again once Redis answers',
  );
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const code = (error as { code?: unknown }).code;
    if (isOperatorError(error)) {
      response.status(409).json({ error: error.message, code });
      return;
    }
    // Of an unreadable body, or an action that failed for a defect of ours.
    if (typeof error?.status === 'number') return next(error);
    if (request.method !== 'GET') {
      if (!data.isOutage(error)) return next(error);
      actionFailed.warn({ code: 'DASHBOARD_ACTION_FAILED', path: request.path, error });
      response.status(503).json({ error: ACTION_FAILED });
      return;
    }
    warning.warn({ code: 'DASHBOARD_READ_FAILED', error });
    response.status(503).json({ error: 'the data cannot be read at the moment: does Redis answer?' });
  };
}
