/** A long text, such as the body of a call, as the CRM shows it; the raw value on demand. */
import { html, nothing } from '/dashboard/assets/lit-html/lit-html.js';
import { renderMarkup } from './markup.js';
import { t } from './texts.js';

export function longText({ field, label, markup, after }) {
  return html`<figure class="long-text" data-field=${field}>
    <figcaption><span class="label">${label}</span> ${label === field ? nothing : html`<code>${field}</code>`} <span class="faint">${t('body.asShown')}</span></figcaption>
    <div class="rendered ${markup ?? 'plain'}" tabindex="0" role="group" aria-label=${label}
      >${markup === 'html' ? renderMarkup(after) : after}</div>
    <details>
      <summary>${t('body.raw', { count: after.length })}</summary>
      <pre>${after}</pre>
    </details>
  </figure>`;
}
