/** HTTP as it is on the wire, for requests that no client library would send. */
import { sign } from '../../src/altur/signature.ts';
import { WEBHOOK_PATH } from '../../src/ingress/webhook.ts';

export const SECRET = 'a secret of plain text';

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly version?: string;
  /** Instead of, or beside, what every request has; null leaves one away. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string | Buffer;
}

const CRLF = '\r\n';

/** A signed request that is right but for what is given. */
export function rawRequest({
  method = 'POST',
  path = WEBHOOK_PATH,
  version = 'HTTP/1.1',
  headers = {},
  body = '{"event_type":"on_call_end","id":"cll_1"}',
}: RawRequest = {}): Buffer {
  const bytes = Buffer.from(body);
  const all: Record<string, string | null> = {
    Host: 'here',
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': `${bytes.length}`,
    'X-Altur-Signature': sign(bytes, SECRET, 'hex'),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : `${name}: ${value}`));
  const head = [`${method} ${path} ${version}`, ...lines, '', ''].join(CRLF);
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

export function chunked(...chunks: readonly string[]): string {
  const parts = chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}${CRLF}${chunk}${CRLF}`);
  return `${parts.join('')}0${CRLF}${CRLF}`;
}
