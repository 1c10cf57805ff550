/** The numbers one looks for: received, waiting, dead letters, workers. */

import { duration, number, relative, t } from '../i18n.js';
import { html } from '../lit-html/lit-html.js';

export function keyFigures(overview) {
  return html`<div class="figures">
    ${received(overview)}${waiting(overview)}${deadLetters(overview)}${workers(overview)}
  </div>`;
}

function figure({ name, value, note, level = '', href }) {
  return html`<a class="card figure ${level}" href=${href} data-figure=${name}>
    <span class="name">${t(`figure.${name}`)}</span>
    <span class="value number">${value}</span>
    <span class="note">${note}</span>
  </a>`;
}

function received({ minutes }) {
  const sum = (what) => minutes.reduce((total, minute) => total + minute[what], 0);
  return figure({
    name: 'received',
    value: number(sum('received')),
    note: t('figure.received.note', { synced: sum('synced'), skipped: sum('skipped') }),
    href: '/dashboard/calls?hours=1',
  });
}

function waiting({ queue, now }) {
  const age = queue.oldestWaitingSince === undefined ? undefined : duration(now - queue.oldestWaitingSince);
  const retrying = queue.retrying > 0 ? ` · ${t('figure.retrying', { count: queue.retrying })}` : '';
  // As in the headline: those that are tried again wait as well.
  const count = queue.waiting + queue.retrying;
  const note = count > 0 && age ? t('figure.waiting.since', { age }) : t('figure.waiting.none');
  return figure({
    name: 'waiting',
    value: number(count),
    note: `${note}${retrying}`,
    href: '/dashboard/calls?outcome=queued',
  });
}

function deadLetters({ queue }) {
  const some = queue.deadLetters > 0;
  return figure({
    name: 'deadLetters',
    value: number(queue.deadLetters),
    note: t(some ? 'figure.deadLetters.some' : 'figure.deadLetters.none'),
    level: some ? 'bad' : '',
    href: some ? '#dead-letters' : '/dashboard/calls?outcome=dead-letter',
  });
}

function workers({ processes, now }) {
  const alive = processes.filter(({ role }) => role !== 'ingress');
  const latest = Math.max(...alive.map(({ lastActivityAt = 0 }) => lastActivityAt));
  const note =
    alive.length === 0
      ? t('figure.workers.none')
      : latest > 0
        ? t('figure.workers.active', { when: relative(latest, now) })
        : t('figure.workers.idle');
  return figure({
    name: 'workers',
    value: number(alive.length),
    note,
    level: alive.length === 0 ? 'bad' : '',
    href: '#workers',
  });
}
