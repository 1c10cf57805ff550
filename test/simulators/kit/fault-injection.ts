/** Handles one request, with the fault that applies to it. */
import type { Fault } from './fault.ts';
import {
  type HttpRequest,
  type HttpResponse,
  htmlResponse,
  jsonResponse,
  type StreamedResponse,
} from './http-message.ts';

export type Answer = HttpResponse | StreamedResponse;
export type Handle = (request: HttpRequest) => Answer | Promise<Answer>;

export async function respondWithFault(
  fault: Fault | undefined,
  request: HttpRequest,
  handle: Handle,
): Promise<Answer | 'disconnect' | 'no-response'> {
  switch (fault?.kind) {
    case 'drop':
      return 'disconnect';
    case 'hang':
      return 'no-response';
    case 'html':
      return gatewayPage(fault.status ?? 502);
    case 'lost':
      await handle(request);
      return 'disconnect';
    case 'timeout':
      await handle(request);
      return 'no-response';
    case 'status':
      if (fault.commits) await handle(request);
      return scriptedResponse(fault);
    default:
      return handle(request);
  }
}

function scriptedResponse({ status, headers, body = {} }: Extract<Fault, { kind: 'status' }>): HttpResponse {
  if (typeof body === 'string') return { status, headers: headers ?? {}, body };
  return jsonResponse(status, body, headers);
}

function gatewayPage(status: number): HttpResponse {
  return htmlResponse(
    status,
    `<head><title>${status}</title></head><body><h1>${status} Bad Gateway</h1></body>`,
  );
}
