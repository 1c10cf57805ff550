/** The parts of the page: editors on one side, what becomes of the event on the other; three tabs on a narrow screen. */
import { html } from '/dashboard/assets/lit-html/lit-html.js';
import { t } from './texts.js';

export function layout() {
  return html`
    <div class="intro">
      <h1>${t('title')}</h1>
      <p class="faint">${t('intro')}</p>
    </div>
    <div class="tabs" role="tablist" aria-label=${t('tabs.label')}>
      ${['event', 'mapping', 'result'].map(
        (
          name,
        ) => html`<button type="button" role="tab" id="tab-${name}" data-tab=${name} aria-controls="panel-${name}">
          ${t(`tab.${name}`)}<span class="count" id="count-${name}" hidden></span>
        </button>`,
      )}
    </div>
    <div class="columns" id="columns" data-tab="event">
      <div class="inputs">${eventPanel()}${mappingPanel()}</div>
      <section class="result" id="panel-result" data-panel="result" aria-label=${t('result.label')}>
        <p id="state" role="status">${t('state.loading')}</p>
        <div id="records"></div>
      </section>
    </div>
    ${defaultMapping()}`;
}

function eventPanel() {
  return html`<section class="input" id="panel-event" data-panel="event" aria-labelledby="event-label">
    <div class="title">
      <label for="event" id="event-label">${t('event.label')}</label>
      <select id="recent" aria-label=${t('recent.label')}></select>
      <button type="button" id="format" title=${t('format.title')}>${t('format')}</button>
    </div>
    ${editor('event', t('event.placeholder'))}
  </section>`;
}

function mappingPanel() {
  return html`<section class="input" id="panel-mapping" data-panel="mapping" aria-labelledby="mapping-label">
    <div class="title">
      <label for="mapping" id="mapping-label">${t('mapping.label')}</label>
      <button type="button" id="show-default">${t('mapping.default')}</button>
      <button type="button" id="save">${t('mapping.download')}</button>
    </div>
    ${editor('mapping', t('mapping.placeholder'))}
  </section>`;
}

/** Marks lie under the text, messages above it. */
function editor(id, placeholder) {
  return html`<div class="editor" id="${id}-editor">
    <pre class="gutter" aria-hidden="true"></pre>
    <div class="marks" aria-hidden="true"></div>
    <textarea id=${id} spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"
      placeholder=${placeholder} aria-describedby="${id}-issues"></textarea>
    <ul class="issues" id="${id}-issues" aria-live="polite"></ul>
  </div>`;
}

function defaultMapping() {
  return html`<dialog id="default-dialog" aria-labelledby="default-title">
    <div class="title">
      <h2 id="default-title">${t('mapping.default.title')}</h2>
      <button type="button" id="close-default">${t('close')}</button>
    </div>
    <p>${t('mapping.default.intro')}</p>
    <pre id="default-mapping" tabindex="0"></pre>
  </dialog>`;
}
