/** Short messages in the corner, read out by screen readers. */
import { t } from './i18n.js';

const SHOWN_MS = 7_000;

export function toast(message, { failed = false } = {}) {
  const box = document.createElement('div');
  box.className = failed ? 'toast failed' : 'toast';
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'quiet';
  close.textContent = '×';
  close.setAttribute('aria-label', t('toast.close'));
  close.addEventListener('click', () => box.remove());
  const text = document.createElement('span');
  text.textContent = message;
  box.append(text, close);
  document.getElementById('toasts').append(box);
  // An error stays until it was read.
  if (!failed) setTimeout(() => box.remove(), SHOWN_MS);
}
