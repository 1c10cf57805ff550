/** That the check of the pages finds what it looks for: the same values on a page that escapes nothing. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { STRICT_POLICY } from '../../src/dashboard/security-headers.ts';
import { startBrowser } from '../browser.ts';
import { htmlResponse } from '../simulators/kit/http-message.ts';
import { type ScriptedServer, startScriptedServer } from '../simulators/kit/scripted-server.ts';
import { FIELD_VALUES } from './field-values.ts';
import { watchPage } from './watched-page.ts';

let browser: Browser;
let server: ScriptedServer;
let value: string;
let policy: string | undefined;

beforeAll(async () => {
  browser = await startBrowser();
  server = await startScriptedServer(() => {
    const { headers, ...rest } = htmlResponse(200, `<!doctype html><main><h1>Call ${value}</h1></main>`);
    return { ...rest, headers: { ...headers, ...(policy && { 'content-security-policy': policy }) } };
  });
}, 600_000);
afterAll(async () => {
  await server.close();
  await browser.close();
});

async function findings(text: string, policyOfPage?: string): Promise<string> {
  [value, policy] = [text, policyOfPage];
  // Each has a page of its own: what the one before leads to would interrupt it.
  const watched = await watchPage(browser, server.url);
  try {
    // A redirect of the page leads nowhere.
    await watched.page.goto(server.url, { waitUntil: 'load' }).catch(() => {});
    return (await watched.findings()).join('\n');
  } finally {
    await watched.close();
  }
}

test.each([
  ['a script', /a script ran/],
  ['an image with a handler', /a script ran/],
  ['the end of a script', /a dialog says 1/],
  ['an element that opens itself', /a dialog says 1/],
  ['an image from elsewhere', /asks https:\/\/evil\.example\/pixel\.png/],
  ['a redirect', /asks https:\/\/evil\.example\//],
  ['a link that runs', /the attribute href=javascript/],
])('%s, not escaped, is found by what it does', async (name, expected) => {
  const [, text] = FIELD_VALUES.find(([each]) => each === name)!;
  expect(await findings(text)).toMatch(expected);
});

test.each([
  'a script',
  'an image with a handler',
  'the end of an attribute',
  'a frame',
  'an element that opens itself',
  'a link that runs',
  'an image from elsewhere',
  'another base',
  'an element that nobody has',
])('%s, not escaped, is found though the policy of the pages keeps it from doing anything', async (name) => {
  const [, text] = FIELD_VALUES.find(([each]) => each === name)!;
  expect(await findings(text, STRICT_POLICY)).toMatch(/the (element|attribute) /);
});

test('a text without markup has no findings', async () => {
  expect(await findings('O&#39;Brien')).toBe('');
});
