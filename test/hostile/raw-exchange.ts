/** Sends bytes as they are, and reads all that comes back. */
import { connect } from 'node:net';

export interface Answers {
  readonly statuses: readonly number[];
  /** Of the last answer; undefined where it has no JSON. */
  readonly error: string | undefined;
  readonly text: string;
}

/** Longer than the server waits for a slow sender. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 5;

export function rawExchange(port: number, bytes: Buffer | readonly Buffer[], ends = false): Promise<Answers> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    const received: Buffer[] = [];
    socket.setTimeout(PATIENCE_MS, () => {
      socket.destroy();
      reject(new Error(`no answer in ${PATIENCE_MS} ms`));
    });
    socket.on('data', (data) => received.push(data));
    // A server that has said no may close before it has read everything.
    socket.on('error', () => {});
    socket.on('close', () => resolve(answersIn(Buffer.concat(received).toString('utf8'))));
    socket.once('connect', async () => {
      for (const piece of Buffer.isBuffer(bytes) ? [bytes] : bytes) {
        socket.write(piece);
        if (!Buffer.isBuffer(bytes)) await new Promise((next) => setTimeout(next, PAUSE_MS));
      }
      if (ends) socket.end();
    });
  });
}

function answersIn(text: string): Answers {
  const statuses = [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
  const error = /"error":("(?:[^"\\]|\\.)*")/.exec(text.slice(text.lastIndexOf('HTTP/1.')))?.[1];
  return { statuses, error: error === undefined ? undefined : JSON.parse(error), text };
}
