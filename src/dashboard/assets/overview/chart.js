/** Calls per minute of the last hour: received as columns, synced as a line, dead letters as columns in front. */

import { clock, number, t } from '../i18n.js';
import { html, svg } from '../lit-html/lit-html.js';

const SERIES = ['received', 'synced', 'deadLetters'];
const [WIDTH, HEIGHT] = [600, 160];
const LINES = 4;

/** The minute under the pointer, by its beginning. */
let pointedAt;

export function throughputChart({ minutes }, draw) {
  const top = niceTop(Math.max(...minutes.flatMap((minute) => SERIES.map((name) => minute[name]))));
  const pointed = minutes.find(({ at }) => at === pointedAt);
  const point = (event) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor(((event.clientX - left) / width) * minutes.length);
    pointedAt = event.type === 'pointerleave' ? undefined : minutes[index]?.at;
    draw();
  };
  return html`<section class="card chart" aria-labelledby="throughput">
    <header>
      <h2 id="throughput">${t('chart.title')}</h2>
      <span class="aside faint number">${pointed ? clock(pointed.at) : t('chart.lastHour')}</span>
    </header>
    <div class="body">
      <ul class="legend">${SERIES.map((name) => legend(name, pointed, minutes))}</ul>
      <div class="plot">
        <div class="scale number" aria-hidden="true">
          ${Array.from({ length: LINES + 1 }, (_, line) => html`<span>${number((top / LINES) * (LINES - line))}</span>`)}
        </div>
        <svg
          viewBox="0 0 ${WIDTH} ${HEIGHT}"
          preserveAspectRatio="none"
          role="img"
          aria-label=${summary(minutes)}
          @pointermove=${point}
          @pointerleave=${point}
        >${grid()}${minutes.map((minute, index) => columns(minute, index, minutes.length, top))}
          <polyline class="synced" points=${line(minutes, top)} />
        </svg>
        <div class="times number" aria-hidden="true">
          ${[0, 15, 30, 45, 59].map((index) => html`<span>${minutes[index] ? clock(minutes[index].at) : ''}</span>`)}
        </div>
      </div>
    </div>
  </section>`;
}

function legend(name, pointed, minutes) {
  const value = pointed ? pointed[name] : minutes.reduce((sum, minute) => sum + minute[name], 0);
  return html`<li class=${name}><span>${t(`chart.${name}`)}</span> <b class="number">${number(value)}</b></li>`;
}

/** The next number that divides well into the lines of the grid. */
function niceTop(largest) {
  const steps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 50_000];
  return LINES * (steps.find((step) => step * LINES >= largest) ?? Math.ceil(largest / LINES));
}

const heightOf = (value, top) => (value / top) * HEIGHT;

function grid() {
  return Array.from({ length: LINES + 1 }, (_, line) => {
    const y = (HEIGHT / LINES) * line;
    return svg`<line class="grid" x1="0" x2=${WIDTH} y1=${y} y2=${y} />`;
  });
}

function columns(minute, index, count, top) {
  const width = WIDTH / count;
  const column = (name, value, share) => {
    const height = heightOf(value, top);
    const x = index * width + (width * (1 - share)) / 2;
    return svg`<rect class=${name} x=${x} y=${HEIGHT - height} width=${width * share} height=${height} />`;
  };
  const parts = [column(minute.at === pointedAt ? 'received pointed' : 'received', minute.received, 0.74)];
  if (minute.deadLetters > 0) parts.push(column('deadLetters', minute.deadLetters, 0.74));
  return parts;
}

function line(minutes, top) {
  const width = WIDTH / minutes.length;
  return minutes
    .map(({ synced }, index) => `${(index + 0.5) * width},${HEIGHT - heightOf(synced, top)}`)
    .join(' ');
}

function summary(minutes) {
  const sum = (name) => minutes.reduce((total, minute) => total + minute[name], 0);
  return t('chart.summary', {
    received: sum('received'),
    synced: sum('synced'),
    deadLetters: sum('deadLetters'),
  });
}
