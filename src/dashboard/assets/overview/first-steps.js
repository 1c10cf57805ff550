/** What to do while no call has come yet. */

import { t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';
import { toast } from '../toast.js';

export function firstSteps() {
  const { sendCommand } = document.documentElement.dataset;
  const address = `${location.origin}/webhooks/altur/on-call-end`;
  return html`<section class="card first-steps" aria-labelledby="first-steps">
    <header><h2 id="first-steps">${t('first.title')}</h2></header>
    <ol class="body">
      <li><h3>${t('first.webhook')}</h3><p class="faint">${t('first.webhook.text')}</p>${copyable(address)}</li>
      <li><h3>${t('first.send')}</h3><p class="faint">${t('first.send.text')}</p>${copyable(sendCommand)}</li>
      <li><h3>${t('first.preview')}</h3><p class="faint">${t('first.preview.text')}</p><a class="button" href="/dashboard/preview">${t('first.preview.open')}</a></li>
    </ol>
  </section>`;
}

function copyable(text) {
  const copy = async () => {
    // Browsers allow it over HTTPS and on localhost only.
    await navigator.clipboard?.writeText(text);
    toast(t(navigator.clipboard ? 'first.copied' : 'first.copyYourself'));
  };
  return html`<div class="copyable"><code>${text}</code><button type="button" @click=${copy}>${t('first.copy')}</button></div>`;
}
