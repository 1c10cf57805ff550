/** Questions before an action: whether, and with which text. */

import { t } from './i18n.js';
import { html, render } from './lit-html/lit-html.js';

/** Undefined unless confirmed. */
export function confirm({ title, text, yes, danger = false }) {
  return ask({ title, text, yes, danger });
}

/** The text, or undefined when cancelled. */
export function askText({ title, text, label, yes }) {
  return ask({ title, text, label, yes });
}

function ask({ title, text, label, yes, danger }) {
  const { promise, resolve } = Promise.withResolvers();
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  let answer;
  const submit = (event) => {
    event.preventDefault();
    answer = dialog.querySelector('input')?.value.trim() ?? '';
    dialog.close();
  };
  const field = label && html`<label>${label}<input required maxlength="255" autocomplete="off"></label>`;
  render(
    html`<form @submit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      <p>${text}</p>
      ${field ?? ''}
      <div class="actions">
        <button type="button" @click=${() => dialog.close()}>${t('dialog.cancel')}</button>
        <button type="submit" class=${danger ? 'primary danger' : 'primary'}>${yes}</button>
      </div>
    </form>`,
    dialog,
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
    resolve(answer);
  });
  document.body.append(dialog);
  dialog.showModal();
  return promise;
}
