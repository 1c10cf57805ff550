import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/config.ts';

const URL_OF_SLACK = 'https://hooks.slack.example/services/T0/B0/secret';

const load = (env: Record<string, string>) => loadConfig(env, 'queue');

test('is read from the environment, or from a file', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'altur-')), 'url');
  writeFileSync(file, `${URL_OF_SLACK}\n`);
  expect((await load({ ALERT_WEBHOOK_URL: URL_OF_SLACK })).alertWebhookUrl).toBe(URL_OF_SLACK);
  expect((await load({ ALERT_WEBHOOK_URL_FILE: file })).alertWebhookUrl).toBe(URL_OF_SLACK);
  expect((await load({})).alertWebhookUrl).toBeUndefined();
});

test.each(['hooks.slack.example/services/secret', 'https://hooks slack/secret', 'https://[secret'])(
  'stops the start when it is %j, without quoting it',
  async (wrong) => {
    const error = await load({ ALERT_WEBHOOK_URL: wrong }).catch((thrown: Error) => thrown);
    expect(String(error)).toContain('ALERT_WEBHOOK_URL: ');
    expect(String(error)).not.toContain('secret');
  },
);
