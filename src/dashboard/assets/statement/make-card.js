/** How a statement is made, how far it is, and what the last reconcile did. */

import { actionButton } from '../action-button.js';
import { dateTime, dayName, relative, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';
import { act } from '../server.js';

const CHOICES = [2, 7, 31];
/** Listing takes the most time. */
const LISTING = 0.8;

export function makeCard(view) {
  return html`<section class="card make" aria-labelledby="make">
    <div class="body">
      <h2 id="make" class="visually-hidden">${t('statement.make')}</h2>
      ${view.obstacle ? html`<p>${t('statement.obstacle', { variable: view.obstacle })}</p>` : form(view)}
      ${view.making ? making(view.making) : failure(view)}
      ${view.runs.map((run) => runLine(run, view.now))}
      ${view.nextRunAt ? html`<p class="faint">${t('statement.nextRun', { when: relative(view.nextRunAt, view.now) })}</p>` : ''}
    </div>
  </section>`;
}

function form({ making }) {
  if (making) return '';
  return html`<div class="actions">
    <label class="visually-hidden" for="days">${t('statement.days')}</label>
    <select id="days">${CHOICES.map((days) => html`<option value=${days}>${t(`statement.days.${days}`)}</option>`)}</select>
    ${actionButton({
      subject: 'statement',
      look: 'primary',
      label: t('statement.make'),
      run: () => act('make-statements', { days: Number(document.getElementById('days').value) }),
      done: () => t('statement.started'),
    })}
  </div>`;
}

function making({ days, progress }) {
  const { campaigns, listed, asked, of } = progress ?? {
    campaigns: { done: 0, of: 0 },
    listed: 0,
    asked: 0,
    of: 0,
  };
  const share =
    LISTING * (campaigns.of > 0 ? campaigns.done / campaigns.of : 0) +
    (1 - LISTING) * (of > 0 ? asked / of : 0);
  const span =
    days.first === days.last ? dayName(days.first) : `${dayName(days.first)} – ${dayName(days.last)}`;
  return html`<div class="making" role="status">
    <p><b>${t('statement.making', { days: span })}</b>
      <span class="faint">${of > 0 ? t('statement.asking', { asked, of }) : t('statement.listing', { done: campaigns.done, of: campaigns.of, listed })}</span></p>
    <progress max="1" .value=${share} aria-label=${t('statement.making', { days: span })}></progress>
  </div>`;
}

function failure({ failure, now }) {
  if (!failure) return '';
  const { at, reason, code } = failure;
  return html`<p class="failed">${t('statement.failed', { when: relative(at, now) })} ${reason} <span class="code">${code}</span></p>`;
}

function runLine(run, now) {
  const { kind, startedAt, finishedAt, updatedAt, stoppedBy, listed, missing, enqueued } = run;
  const state = stoppedBy ? 'stopped' : finishedAt === undefined ? 'running' : 'done';
  const values = {
    when: relative(finishedAt ?? (state === 'running' ? startedAt : updatedAt), now),
    listed,
    missing,
    enqueued,
  };
  return html`<p class="faint" title=${dateTime(startedAt)}>
    ${t(`statement.run.${kind}`)}: ${t(`statement.run.${state}`, values)}
    ${stoppedBy ? html`${stoppedBy.reason} <span class="code">${stoppedBy.code}</span>` : ''}
    ${run.waitingFor ?? ''}
    ${(run.unreadCampaigns ?? []).map(({ id, code }) => html`${t('statement.unread', { campaign: id })} <span class="code">${code}</span>`)}
  </p>`;
}
