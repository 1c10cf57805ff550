/**
 * `GET /recordings/:callId`: streams the recording of a call from Altur to everybody who has a signed link to it. The link is
 * checked first: without a valid one, nothing tells whether there is such a call.
 */
import { type ErrorRequestHandler, type NextFunction, type Request, type Response, Router } from 'express';
import { toCallId } from '../altur/event.ts';
import type { Log } from '../log.ts';
import { FaultLog } from './fault-log.ts';
import { sendNotice } from './notice-page.ts';
import type { RecordingLinks } from './recording-links.ts';
import { RecordingStreams, type StreamParts } from './recording-streams.ts';

export interface RecordingParts extends StreamParts {
  readonly links: Pick<RecordingLinks, 'check'>;
  readonly log: Log;
}

export function recordings(parts: RecordingParts): Router {
  const { links, metrics, language } = parts;
  const log = new FaultLog(parts.log);
  const streams = new RecordingStreams(parts, log);
  const refuse = (request: Request, response: Response) => {
    metrics.recordingRequest('invalid_link');
    log.invalidLink();
    sendNotice(request, response, 'invalid_link', { fallback: language });
  };
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/recordings/:callId')
    .all(recordingHeaders)
    .get(async (request, response) => {
      const { callId } = request.params;
      const check = links.check(callId, request.query);
      if (check === 'invalid' || toCallId(callId) !== callId) {
        refuse(request, response);
      } else if (check === 'expired') {
        metrics.recordingRequest('expired_link');
        sendNotice(request, response, 'expired_link', { fallback: language });
      } else {
        await streams.answer(callId, request, response);
      }
    })
    .all((_, response) => void response.set('Allow', 'GET, HEAD').status(405).json({ error: 'use GET' }));
  const notDecodable: ErrorRequestHandler = (error, request, response, next) => {
    if (!request.path.startsWith('/recordings/') || !(error instanceof URIError)) return next(error);
    recordingHeaders(request, response, () => refuse(request, response));
  };
  router.use(notDecodable);
  return router;
}

/**
 * Of every answer. A link is all it takes to listen, and no cookie adds to it: so pages of other origins (the CRM's
 * player) may load and read the recording as well.
 */
function recordingHeaders(_: Request, response: Response, next: NextFunction): void {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Disposition, Content-Range',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Robots-Tag': 'noindex, nofollow, noarchive',
  });
  next();
}
