/**
 * Learns the personal data of every event that is delivered to a server of this process, in whichever way, and the
 * credentials of every request to it: it looks at the bytes as they arrive, and changes nothing.
 */
import { IncomingMessage } from 'node:http';
import type { Collector } from './collector.ts';
import { personalValues } from './personal-values.ts';

const OBSERVED = Symbol.for('altur-crm-sync.observed-requests');
type Observed = typeof IncomingMessage.prototype & { [OBSERVED]?: true };

export function observeRequests(collector: Collector): void {
  const prototype: Observed = IncomingMessage.prototype;
  // Jest runs many files in one process.
  if (prototype[OBSERVED]) return;
  prototype[OBSERVED] = true;
  const push = prototype.push;
  const bodies = new WeakMap<IncomingMessage, Buffer[]>();
  prototype.push = function (this: IncomingMessage, chunk: unknown, encoding?: BufferEncoding) {
    if (this.url?.startsWith('/webhooks/')) {
      const chunks = bodies.get(this) ?? [];
      bodies.set(this, chunks);
      if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      else if (chunk === null) keepEvent(Buffer.concat(chunks), collector);
    }
    if (chunk === null) collector.credentials(this.headers.authorization);
    return push.call(this, chunk, encoding);
  };
}

function keepEvent(body: Buffer, collector: Collector): void {
  try {
    collector.values(personalValues(JSON.parse(body.toString('utf8'))));
  } catch {
    // It holds no event.
  }
}
