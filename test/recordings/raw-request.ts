/** A request as it is on the wire: no client normalises its path, adds headers or follows redirects. */
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export function rawRequest(
  port: number,
  target: string,
  { method = 'GET', headers = [] as readonly string[] } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (data) => received.push(data));
    socket.on('error', reject);
    socket.on('close', () => resolve(parse(Buffer.concat(received).toString('latin1'))));
    const hosts = headers.some((line) => /^host:/i.test(line)) ? [] : ['Host: here'];
    const lines = [`${method} ${target} HTTP/1.1`, ...hosts, 'Connection: close', ...headers, '', ''];
    socket.write(Buffer.from(lines.join('\r\n'), 'latin1'));
  });
}

function parse(text: string): RawAnswer {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const [name = '', ...value] = line.split(':');
    return [name.toLowerCase(), value.join(':').trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(headers), body: body.join('\r\n\r\n') };
}
