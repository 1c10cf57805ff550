/** The requests that write the records, closed until one wants to see them. */
import { html, nothing } from '/dashboard/assets/lit-html/lit-html.js';
import { t, textFor } from './texts.js';

export function requestList(requests) {
  return html`<section class="card requests">
    <header><h2>${t('requests', { count: requests.length })}</h2></header>
    <div class="body">
      ${requests.length === 0 ? html`<p class="faint">${t('requests.none')}</p>` : nothing}
      ${requests.map(({ method, path, body, note }) => {
        const [address, query] = path.split(/\?(.*)/s);
        return html`<details>
          <summary>
            <span class="method">${method}</span> <code class="path">${address}${query ? html`<span class="faint">?…</span>` : nothing}</code>
            ${note ? html`<span class="badge ${note.startsWith('would') ? 'accent' : ''}">${textFor(`request.${note}`, note)}</span>` : nothing}
          </summary>
          ${query ? html`<pre>${decoded(query)}</pre>` : nothing}
          <pre>${body === undefined ? t('requests.noBody') : shownBody(body)}</pre>
        </details>`;
      })}
    </div>
  </section>`;
}

function shownBody(body) {
  return typeof body === 'string' ? body : JSON.stringify(body, null, 2);
}

function decoded(query) {
  try {
    return decodeURIComponent(query.replaceAll('+', ' '));
  } catch {
    return query;
  }
}
