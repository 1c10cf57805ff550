/**
 * Keeps a page up to date: reads every two seconds, not while the tab is hidden, and goes on when the connection
 * is back.
 *
 * States: loading → live ⇄ lost; any of them → paused while the tab is hidden.
 */

import { exactClock, t } from './i18n.js';
import { html } from './lit-html/lit-html.js';

const EVERY_MS = 2_000;

/** `show` gets what was read last (undefined at first), and the connection. Returns a function that reads at once. */
export function keepLive(read, show) {
  let data;
  let timer;
  let reading;
  const connection = { state: 'loading', error: undefined, readAt: undefined };

  const readNow = async () => {
    clearTimeout(timer);
    const thisRead = {};
    reading = thisRead;
    try {
      const found = await read();
      // An action asks for a fresh read meanwhile.
      if (reading !== thisRead) return;
      data = found;
      Object.assign(connection, { state: 'live', error: undefined, readAt: Date.now() });
    } catch (error) {
      if (reading !== thisRead) return;
      Object.assign(connection, { state: 'lost', error: error.message });
    }
    show(data, connection);
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(readNow, EVERY_MS);
  };

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (!document.hidden) return void readNow();
    connection.state = 'paused';
    show(data, connection);
  });
  show(data, connection);
  void readNow();
  return readNow;
}

export function liveIndicator({ state, error, readAt }) {
  const since = readAt === undefined ? '' : t('live.asOf', { time: exactClock(readAt) });
  return html`<p class="connection ${state}" role="status" title=${error ?? ''}>
    <span class="dot" aria-hidden="true"></span>${t(`live.${state}`)}
    ${state === 'lost' ? html`<span class="faint">${since}</span>` : ''}
  </p>`;
}
