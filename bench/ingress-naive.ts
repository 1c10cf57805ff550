/**
 * The webhook as it is usually written: Express, the signature, zod, one `queue.add` per request. A process of its own;
 * prints its port.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import express from 'express';
import { Redis } from 'ioredis';
import { z } from 'zod';

const person = z.object({
  name: z.string().optional(),
  status: z.string().optional(),
  context: z.string().optional(),
  extracted_data: z.record(z.string(), z.unknown()).optional(),
  tags: z.array(z.string()).optional(),
});

const callEvent = z.object({
  event_type: z.literal('on_call_end'),
  id: z.string(),
  type: z.string().optional(),
  status: z.string().optional(),
  phone_number_from: z.string().optional(),
  phone_number_to: z.string().optional(),
  answered_by: z.string().nullish(),
  created_at: z.iso.datetime().optional(),
  started_at: z.iso.datetime().nullish(),
  ended_at: z.iso.datetime().nullish(),
  duration: z.number().optional(),
  billed_duration: z.number().optional(),
  recording_url: z.string().nullish(),
  transcript: z
    .array(z.object({ sent_by: z.string(), sent_at: z.iso.datetime(), content: z.string() }))
    .optional(),
  assistant: z.object({ id: z.string(), nickname: z.string(), name: z.string() }).optional(),
  end_user: person.extend({ id: z.string(), display_name: z.string(), phone_number: z.string() }).optional(),
  campaign_user: person
    .extend({
      f_id: z.string(),
      contact: z.string(),
      failed_retries: z.number().optional(),
      voicemail_retries: z.number().optional(),
    })
    .optional(),
});

const [redisUrl = '', secret = ''] = process.argv.slice(2);
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
const queue = new Queue('naive', { connection });
const app = express();

app.post(
  '/webhooks/altur/on-call-end',
  express.raw({ type: 'application/json' }),
  async (request, response) => {
    const expected = createHmac('sha256', secret).update(request.body).digest();
    const given = Buffer.from(request.get('x-altur-signature') ?? '', 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.status(401).json({ error: 'wrong signature' });
      return;
    }
    const parsed = callEvent.safeParse(JSON.parse(request.body.toString()));
    if (!parsed.success) {
      response.status(400).json({ error: parsed.error.message });
      return;
    }
    await queue.add('call', parsed.data, {
      jobId: parsed.data.id,
      attempts: 5,
      backoff: { type: 'exponential', delay: 1_000 },
      removeOnComplete: true,
    });
    response.json({ status: 'queued' });
  },
);

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
