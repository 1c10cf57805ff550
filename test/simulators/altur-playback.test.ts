/** A real browser plays what the simulator calls a recording. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../browser.ts';
import type { RecordingFormat } from './altur/recording-settings.ts';
import { changeSettings } from './altur/settings.ts';
import { accountEachTest, authorization } from './altur/simulated-account.ts';

jest.setTimeout(60_000);
const account = accountEachTest();
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

/** Runs in the page: seeks, plays on, and answers how long it is and where it is then. */
const PLAY = `async ([src, from]) => {
  const audio = new Audio(src);
  audio.muted = true;
  const event = (name) => new Promise((resolve, reject) => {
    audio.addEventListener(name, resolve, { once: true });
    audio.addEventListener('error', () => reject(new Error(audio.error.message)), { once: true });
  });
  await event('loadedmetadata');
  audio.currentTime = from;
  await event('seeked');
  await audio.play();
  while (audio.currentTime <= from) await event('timeupdate');
  return [audio.duration, audio.currentTime];
}`;

async function play(format: RecordingFormat, seconds: number, from: number): Promise<[number, number]> {
  const { id } = account.sim.addCall(undefined);
  account.sim.setRecording(id, { format, seconds, redirect: 'other-origin' });
  const path = `${account.sim.apiUrl}/call/${id}/recording`;
  const { headers } = await fetch(path, { headers: authorization(account.sim), redirect: 'manual' });
  const page = await browser.newPage();
  try {
    return await page.evaluate(`(${PLAY})(${JSON.stringify([headers.get('location'), from])})`);
  } finally {
    await page.close();
  }
}

test.each<RecordingFormat>(['wav', 'mp3', 'ogg', 'mp4'])(
  '%s is played, and from its middle',
  async (format) => {
    const [duration, position] = await play(format, 8, 4);
    expect(duration).toBeCloseTo(8, 0);
    expect(position).toBeGreaterThan(4);
    expect(position).toBeLessThan(duration);
  },
);

test('one that breaks at its beginning is not', async () => {
  changeSettings(account.sim.settings, { recording: { breaksAfter: 20 } });
  await expect(play('wav', 8, 4)).rejects.toThrow();
});
