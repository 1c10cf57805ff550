/** A real browser plays recordings through the ingress: embedded in a page of another origin, and opened as a link. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import { until } from '../e2e/service-process.ts';
import { type AlturOptions, startAltur } from '../simulators/altur/altur.ts';
import type { RecordingSettings } from '../simulators/altur/recording-settings.ts';
import { API_KEY, startRecordings } from './recording-ingress.ts';

jest.setTimeout(60_000);
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

/** Runs in the page: seeks to the middle, plays on, and answers how long it is and where it is then. */
const PLAY = `async (media) => {
  media.muted = true;
  const event = (name) => new Promise((resolve, reject) => {
    media.addEventListener(name, resolve, { once: true });
    media.addEventListener('error', () => reject(new Error(media.error.message)), { once: true });
  });
  if (media.readyState < 1) await event('loadedmetadata');
  media.currentTime = 4;
  if (media.seeking) await event('seeked');
  await media.play();
  while (media.currentTime <= 4) await event('timeupdate');
  return [media.duration, media.currentTime];
}`;

async function withRecording(
  recording: Partial<RecordingSettings>,
  play: (page: Page, link: string) => Promise<unknown>,
): Promise<{ position: unknown; statuses: number[] }> {
  const altur = await startAltur({
    apiKey: API_KEY,
    recording: { seconds: 8, ...recording },
  } as AlturOptions);
  const ingress = await startRecordings(altur.url);
  const page = await browser.newPage();
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/recordings/')) statuses.push(response.status());
  });
  try {
    const { id } = altur.addCall(undefined);
    return { position: await play(page, ingress.linkTo(id)), statuses };
  } finally {
    await page.close();
    await ingress.close();
    await altur.close();
  }
}

const embedded = (page: Page, link: string) => page.evaluate(`(${PLAY})(new Audio(${JSON.stringify(link)}))`);

/** The browser shows a player of its own. Nothing of ours runs in that page, its events included: so it is asked. */
async function opened(page: Page, link: string): Promise<unknown> {
  await page.goto(link);
  const player = `document.querySelector('video, audio')`;
  const state = () => page.evaluate<[number, number]>(`[${player}.duration, ${player}.currentTime]`);
  await until(async () => (await state())[0] > 0, 'the player knows how long it is', 20_000);
  await page.evaluate(`${player}.muted = true, ${player}.currentTime = 4, void ${player}.play()`);
  await until(async () => (await state())[1] > 4, 'it plays from the middle', 20_000);
  return state();
}

test.each([
  ['wav', { format: 'wav' }],
  ['wav without ranges', { format: 'wav', ranges: false }],
  ['wav that does not say how long it is', { format: 'wav', ranges: false, length: false }],
  ['mp3', { format: 'mp3' }],
  ['mp3 without ranges, as bytes', { format: 'mp3', ranges: false, contentType: 'application/octet-stream' }],
  ['ogg', { format: 'ogg', redirect: 'other-origin' }],
  ['mp4 without ranges', { format: 'mp4', ranges: false }],
] satisfies [string, Partial<RecordingSettings>][])(
  '%s plays in a page, from its middle',
  async (_, recording) => {
    const { position, statuses } = await withRecording(recording, embedded);
    const [duration, at] = position as [number, number];
    expect(duration).toBeCloseTo(8, 0);
    expect(at).toBeGreaterThan(4);
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.every((status) => status === 206)).toBe(true);
  },
);

test.each(['wav', 'mp3'] as const)('a link to %s plays when it is opened', async (format) => {
  const { position } = await withRecording({ format }, opened);
  const [duration, at] = position as [number, number];
  expect(duration).toBeCloseTo(8, 0);
  expect(at).toBeGreaterThan(4);
});
