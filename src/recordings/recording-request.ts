/**
 * Requests a recording and follows redirects. Invariant: the API key is sent to the origin of ALTUR_API_URL and to no
 * other, wherever a redirect leads. Other origins are reached over agents of their own, through `AddressGuard`.
 *
 * node:http, not fetch: a body that is not read must stop the sender, and buffer nothing here.
 */
import { globalAgent, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { TimeoutError } from '../timeout.ts';
import { AddressGuard, AddressRefused } from './guarded-lookup.ts';
import { RecordingFault, unavailable } from './recording-fault.ts';
import { releaseMemory } from './release-memory.ts';

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** More than are streamed at once: none waits for another one's connection. */
const MAX_SOCKETS = 1_024;
const MAX_FREE_SOCKETS = 32;
/** Nothing is read ahead of what is asked for. */
const HIGH_WATER_MARK = 0;

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

export class RecordingRequests {
  readonly #origin: string;
  readonly #authorization: string;
  readonly #guard: AddressGuard;
  readonly #headersMs: number;
  readonly #ofApi = agents();
  readonly #ofOthers = agents();

  /** `headersMs`: for all redirects together. */
  constructor({ apiUrl, apiKey }: { apiUrl: string; apiKey: string }, headersMs: number) {
    this.#origin = new URL(apiUrl).origin;
    // https://docs.altur.io/api-reference/authentication
    this.#authorization = `api-key ${apiKey}`;
    this.#guard = new AddressGuard(apiUrl);
    this.#headersMs = headersMs;
  }

  /** The answer that is no redirect; its body must be read or destroyed. Throws RecordingFault, or as `signal` says. */
  async get(start: URL, range: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const deadline = Date.now() + this.#headersMs;
    let url = start;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const answer = await this.#send(url, range, signal, deadline);
      if (!REDIRECTS.includes(answer.statusCode!)) return answer;
      const { location } = answer.headers;
      answer.destroy();
      url = targetOf(location, url);
    }
    throw refused(`more than ${MAX_REDIRECTS} times`);
  }

  close(): void {
    for (const { http, https } of [this.#ofApi, this.#ofOthers]) {
      http.destroy();
      https.destroy();
    }
  }

  async #send(
    url: URL,
    range: string | undefined,
    signal: AbortSignal,
    deadline: number,
  ): Promise<IncomingMessage> {
    const isApi = url.origin === this.#origin;
    const { http, https } = isApi ? this.#ofApi : this.#ofOthers;
    const options: RequestOptions = {
      agent: url.protocol === 'https:' ? https : http,
      signal,
      headers: {
        accept: 'audio/*, video/*;q=0.9, */*;q=0.5',
        'accept-encoding': 'identity',
        ...(range !== undefined && { range }),
        ...(isApi && { authorization: this.#authorization }),
      },
      ...(!isApi && { lookup: this.#guard.lookupFor(url) }),
    };
    try {
      if (!isApi) await this.#guard.checkLiteral(url);
      return await headersOf(url, options, deadline);
    } catch (error) {
      signal.throwIfAborted();
      throw faultOf(error, isApi);
    }
  }
}

/** Resolves with the headers. A kept connection that the server has just closed costs a second try. */
function headersOf(url: URL, options: RequestOptions, deadline: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
    const ms = Math.max(0, deadline - Date.now());
    const timer = setTimeout(() => request.destroy(new TimeoutError('no answer in time')), ms);
    // After Node's own listener, which parses what was read and copies the body out of it.
    request.once('socket', (socket) => {
      socket.on('data', releaseMemory);
      request.once('close', () => socket.off('data', releaseMemory));
    });
    request.once('response', (answer) => {
      clearTimeout(timer);
      // It may break off while nobody reads it.
      answer.on('error', () => {});
      resolve(answer);
    });
    // Stays: an error after the headers is the body's.
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (request.reusedSocket && error.code === 'ECONNRESET') resolve(headersOf(url, options, deadline));
      else reject(error);
    });
    request.end();
  });
}

/** Where a redirect leads. Throws where it must not be followed. */
export function targetOf(location: string | undefined, from: URL): URL {
  const target = URL.parse(location ?? '', from.href);
  if (!location || !target) throw refused('without saying where');
  if (target.protocol !== 'https:' && target.protocol !== 'http:') throw refused('to what is not HTTP');
  if (from.protocol === 'https:' && target.protocol === 'http:') throw refused('from https to http');
  // Node would send them.
  if (target.username !== '' || target.password !== '') throw refused('to an address with a password in it');
  return target;
}

function faultOf(error: unknown, isApi: boolean): Error {
  if (error instanceof RecordingFault) return error;
  if (error instanceof AddressRefused) return refused('to an address inside of a network');
  const who = isApi ? 'Altur’s API' : 'the server that Altur’s API redirects to';
  const what = error instanceof TimeoutError ? 'did not answer in time' : 'cannot be reached';
  return unavailable(`${who} ${what}`, error);
}

function refused(how: string): RecordingFault {
  return new RecordingFault('unusable', `Altur’s API redirects ${how}, which is not followed`, {
    code: 'RECORDING_REDIRECT_REFUSED',
  });
}

/** With the proxy that the environment sets for the whole process, where Node knows one. */
function agents(): Agents {
  const { proxyEnv } = (globalAgent as { options?: { proxyEnv?: NodeJS.ProcessEnv } }).options ?? {};
  const options = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_FREE_SOCKETS,
    highWaterMark: HIGH_WATER_MARK,
    ...(proxyEnv && { proxyEnv }),
  };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}
