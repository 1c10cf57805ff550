/** What `status` says to do is what docs/troubleshooting.md says. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { fixedCodes, fixFor } from '../../src/monitoring/fixes.ts';

const page = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
const plain = (text: string) => text.replaceAll('’', "'");
const paragraphs = new Map(
  [...page.matchAll(/^### ([A-Z_]+)\n\n(.+)$/gm)].map(([, code, text]) => [code!, plain(text!)]),
);

/** Codes that no call can have: of the configuration, the commands, Redis, the ingress, and of the whole service. */
const NOT_OF_A_CALL =
  /^(REDIS_|TRACES_|ACCOUNT|ALTUR_|EVENT_GONE|RECORDING_|OPTION_NOT_ADDED|ENV_|CONFIG_|EVENT_FILE_|MAPPING_|DASHBOARD_|WEBHOOK_|ALERT_|CANARY_|NO_(INGRESS|WORKER)|HISTORY_|RECONCILE_|STATEMENT_|SIGNATURE_|OLDEST_|FIELD_SKIPPED|CREDENTIALS_REQUIRED|INGRESS_UNREACHABLE|PORT_UNAVAILABLE|PRIVATE_KEY_UNREADABLE|TIMEOUT|USAGE)/;

test('what to do about each code is a sentence of its paragraph', () => {
  const strays = fixedCodes.filter((code) => !paragraphs.get(code)?.includes(plain(fixFor(code)!)));
  expect(strays).toEqual([]);
});

test('every code that a call may have says what to do', () => {
  const codes = [...paragraphs.keys()].filter((code) => !NOT_OF_A_CALL.test(code));
  expect(codes.filter((code) => fixFor(code) === undefined)).toEqual([]);
});

test('an unknown code has no fix, whatever it is called', () => {
  expect([fixFor('INVALID_CROSS_REFERENCE_KEY'), fixFor('constructor'), fixFor(undefined)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
