/** Receives the portal's requests: checks token, quota and scopes, then calls the route. */
import {
  accessTokenOf,
  type HttpRequest,
  type HttpResponse,
  jsonBodyOf,
  jsonResponse,
  takesBody,
  withHeaders,
} from '../kit/http-message.ts';
import { ApiError, invalid, notFound } from './api-error.ts';
import { RequestLimits } from './limits.ts';
import type { Portal } from './portal.ts';
import { type FoundRoute, routeOf } from './routes.ts';

export class Endpoint {
  readonly #portal: Portal;
  readonly #limits: RequestLimits;

  constructor(portal: Portal) {
    this.#portal = portal;
    this.#limits = new RequestLimits(portal.settings);
  }

  handle(request: HttpRequest): HttpResponse {
    let headers: Record<string, string> = {};
    try {
      this.#authenticate(request);
      const { pathname, searchParams } = new URL(request.url, 'http://localhost');
      const found = routeOf(request.method, pathname, this.#portal.settings.generations);
      headers = this.#limits.admit(found?.route.bucket ?? 'app');
      if (!found) throw notFound();
      return withHeaders(this.#answer(found, request, searchParams), headers);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return withHeaders(error.response(), headers);
    }
  }

  #answer({ route, types, name }: FoundRoute, request: HttpRequest, query: URLSearchParams): HttpResponse {
    this.#authorize(route.scopes);
    const body = bodyOf(request);
    const answer = route.answer({ portal: this.#portal, types, name, query, body, text: request.body });
    return jsonResponse(answer.status, answer.body);
  }

  #authenticate(request: HttpRequest): void {
    const token = accessTokenOf(request, 'Bearer');
    if (token === this.#portal.settings.token) return;
    const message =
      token === undefined
        ? 'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview'
        : 'The access token is expired or invalid.';
    throw new ApiError({ status: 401, category: 'INVALID_AUTHENTICATION', message });
  }

  #authorize(scopes: readonly string[]): void {
    const { missingScopes } = this.#portal.settings;
    if (scopes.length === 0 || scopes.some((scope) => !missingScopes.includes(scope))) return;
    throw new ApiError({
      status: 403,
      category: 'MISSING_SCOPES',
      message:
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
      errors: [
        {
          message: 'One or more of the following scopes are required.',
          context: { requiredGranularScopes: scopes },
        },
      ],
      links: { scopes: 'https://developers.hubspot.com/scopes' },
    });
  }
}

function bodyOf(request: HttpRequest): unknown {
  if (!takesBody(request)) return undefined;
  return jsonBodyOf(request, {
    unsupportedMediaType: () => {
      const message = 'HTTP 415 Unsupported Media Type';
      return new ApiError({ status: 415, category: 'VALIDATION_ERROR', message });
    },
    notJson: (reason) => invalid(`Invalid input JSON: ${reason}`),
  });
}
