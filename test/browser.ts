/** A real headless Chromium: the one on this machine, else the system's package. */
import { type Browser, chromium } from 'playwright-core';
import { findOrInstall, type SystemProgram } from './system-program.ts';

export const CHROMIUM: SystemProgram = {
  name: 'chromium',
  binaries: [
    ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  packages: {
    'apt-get': 'chromium fonts-dejavu-core',
    apk: 'chromium font-dejavu',
    dnf: 'chromium dejavu-sans-fonts',
    brew: '--cask chromium',
  },
  otherwise: 'Install Chromium (Debian: apt-get install chromium) or Google Chrome.',
};

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findOrInstall(CHROMIUM),
    // As root there is no sandbox; a test needs none of what a browser asks the internet for.
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
}
