/** Properties of everything that is sent to the webhook, whatever it is. A failure prints its seed and path. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CallEvent, parseEvent } from '../../src/altur/event.ts';
import { createVerifier, sign } from '../../src/altur/signature.ts';
import { createApp } from '../../src/ingress/app.ts';
import { type Server, startServer } from '../../src/ingress/server.ts';
import { WEBHOOK_PATH } from '../../src/ingress/webhook.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { contentDigest, decode, encode, type JobData } from '../../src/queue/job.ts';
import { recordingLog } from '../recording-log.ts';

const SECRET = 'a secret of plain text';

describe('the ingress', () => {
  const log = recordingLog();
  let stored: JobData[] = [];
  let server: Server;

  beforeAll(async () => {
    const app = createApp({
      verifier: createVerifier([SECRET], 'auto'),
      async enqueue(event, receivedAt) {
        stored.push(encode({ event, digest: contentDigest(event), receivedAt }));
        return 'queued';
      },
      backpressureReason: () => undefined,
      readiness: async () => [],
      exposition: async () => ({ contentType: 'text/plain', text: '' }),
      metrics: createMetrics(),
      log,
    });
    server = await startServer(app, 0);
  });
  afterAll(() => server.close());

  async function post(body: Uint8Array | string, signature: string): Promise<number> {
    const headers = { 'content-type': 'application/json', 'x-altur-signature': signature };
    const response = await fetch(server.url + WEBHOOK_PATH, {
      method: 'POST',
      headers,
      body: Buffer.from(body),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** What it answers to a signed body; what it stores is read back from JSON as from Redis. */
  async function send(body: Uint8Array | string): Promise<{ status: number; event: CallEvent | undefined }> {
    stored = [];
    const status = await post(body, sign(Buffer.from(body), SECRET, 'hex'));
    expect([200, 400]).toContain(status);
    expect(stored.length).toBeLessThanOrEqual(status === 200 ? 1 : 0);
    const [data] = stored;
    return { status, event: data && decode(JSON.parse(JSON.stringify(data))).event };
  }

  test('answers any signed bytes with 200 or 400', async () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' }), fc.json());
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => void (await send(body))),
      { numRuns: 300 },
    );
  });

  test('answers any signed JSON object with 200 or 400, and what it stores is what was read', async () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const event = fc.record(
      {
        event_type: fc.oneof({ weight: 5, arbitrary: fc.constant('on_call_end') }, value),
        id: fc.oneof({ weight: 5, arbitrary: fc.string({ unit: 'binary', maxLength: 520 }) }, value),
        transcript: fc.oneof(fc.array(fc.record({ sent_by: value, content: value })), value),
        campaign_user: fc.oneof(
          fc.dictionary(fc.constantFrom('name', 'contact', 'tags', 'extracted_data'), value),
          value,
        ),
        ended_at: value,
        duration: value,
      },
      { requiredKeys: [] },
    );
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(event, async (json) => {
        const text = JSON.stringify(json);
        const parsed = parseEvent(JSON.parse(text));
        const { status, event } = await send(text);
        expect(status).toBe(parsed.kind === 'invalid' ? 400 : 200);
        expect(event).toEqual(parsed.kind === 'call' ? parsed.event : undefined);
        if (event) accepted += 1;
      }),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test('answers any unsigned bytes with 401 and stores nothing', async () => {
    stored = [];
    const signature = fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), fc.base64String({ maxLength: 60 }));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), signature, async (body, given) => {
        expect(await post(body, given)).toBe(401);
      }),
      { numRuns: 200 },
    );
    expect(stored).toEqual([]);
  });

  test('and none of it is an error of ours', () => {
    expect(log.entries.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('the signature', () => {
  const body = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 48 }).map((each) => Buffer.from(each));
  const key = fc.oneof(
    fc.record({
      scheme: fc.constant('base64' as const),
      secret: bytes.map((each) => each.toString('base64')),
    }),
    fc.record({ scheme: fc.constant('hex' as const), secret: fc.string({ minLength: 8, unit: 'grapheme' }) }),
  );

  test('that was made is right, in the scheme it was made in, beside another secret too', () => {
    fc.assert(
      fc.property(
        body,
        key,
        fc.constantFrom('auto' as const, undefined),
        (message, { scheme, secret }, auto) => {
          const verifier = createVerifier(['another secret of text', secret], auto ?? scheme);
          expect(verifier.verify(message, sign(message, secret, scheme))?.scheme).toBe(scheme);
        },
      ),
    );
  });

  test('of another body, another secret or with another bit is wrong', () => {
    fc.assert(
      fc.property(
        body,
        key,
        fc.nat(),
        fc.constantFrom('body', 'secret', 'signature'),
        (message, { scheme, secret }, at, part) => {
          const right = sign(message, secret, scheme);
          const verifier = createVerifier(
            [part === 'secret' ? `${'0'.repeat(24)}${secret}` : secret],
            scheme,
          );
          // White space and escapes between tokens of JSON may differ; a byte that is neither may not.
          const other = part === 'body' ? Buffer.concat([message, Buffer.from('x')]) : message;
          const digest = Buffer.from(right, scheme);
          digest[at % digest.length]! ^= 1 << (at % 8);
          expect(
            verifier.verify(other, part === 'signature' ? digest.toString(scheme) : right),
          ).toBeUndefined();
        },
      ),
    );
  });

  test('of JSON stands for its spaced, compact and escaped forms, and for no other value', () => {
    const json = fc.jsonValue({ noUnicodeString: false });
    const escaped = (text: string) =>
      text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    fc.assert(
      fc.property(json, json, (value, other) => {
        const compact = JSON.stringify(value);
        const signature = sign(compact, SECRET, 'hex');
        const verifier = createVerifier([SECRET], 'hex');
        const verifies = (text: string) => verifier.verify(Buffer.from(text), signature) !== undefined;
        for (const form of [compact, escaped(compact), JSON.stringify(value, null, 2)])
          expect(verifies(form)).toBe(true);
        if (JSON.stringify(other) !== compact) expect(verifies(JSON.stringify(other))).toBe(false);
      }),
    );
  });
});
