/** The preview page of a real service in a real browser, as the tests of the page use it. */
import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { until } from './service-process.ts';

export const PASSWORD = 'only for this test';
export const SCREENSHOTS = 'coverage/screenshots';
export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export interface PreviewPage {
  readonly page: Page;
  /** What the browser asked other sites for, and what it complained about. */
  readonly elsewhere: readonly string[];
  readonly complaints: readonly string[];
}

export async function openPreview(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<PreviewPage> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const httpCredentials = { username: 'admin', password: PASSWORD };
  const context = await browser.newContext({ viewport: WIDE, httpCredentials, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
  const page = await context.newPage();
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const isOurs = [url, 'data:', 'blob:'].some((start) => request.url().startsWith(start));
    if (!isOurs) elsewhere.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${url}/dashboard/preview`);
  await page.waitForSelector('#records table', { state: 'attached' });
  return { page, elsewhere, complaints };
}

/** As a person pastes it, in place of everything that the field holds. */
export async function paste(page: Page, field: string, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.focus(field);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
}

/** The cell of a field in the person's or the call's table. */
export const cell = (page: Page, field: string, name: 'now' | 'after' | 'source') =>
  page.locator(`#records tr[data-field="${field}"] td.${name}`);

/** With the line breaks that one sees. */
export async function seen(locator: Locator): Promise<string> {
  return (await locator.allInnerTexts()).join('\n');
}

export async function shows(page: Page, selector: string, text: string): Promise<void> {
  await until(
    async () => (await page.locator(selector).allTextContents()).some((each) => plain(each).includes(text)),
    `${selector} shows ${text}`,
  );
}

export const plain = (text: string | null) => (text ?? '').replaceAll(/\s+/g, ' ').trim();
