/**
 * Puts the message of each mistake beside its line. The one of the line that is edited, or else the first, is shown
 * whole: behind the text where there is room, else below the line. The others take one line at most, so that they hide
 * no text. Of mistakes that are scrolled out of sight the nearest is shown at the edge, with the number of the others.
 */
import { t } from './texts.js';

/** A message that has less room than this behind its line lies over the end of the line. */
const MIN_WIDTH = 150;
const GAP = 12;

let canvas;

export function placeIssues({ field, list, marks, issues }) {
  const metrics = metricsOf(field);
  const lines = field.value.split('\n');
  const lineTop = (line) => metrics.top + (line - 1) * metrics.lineHeight - field.scrollTop;
  marks.replaceChildren();
  const entries = issues.map((issue, index) => {
    const top = lineTop(issue.line);
    const text = lines[issue.line - 1] ?? '';
    return { issue, item: list.children[index], top, text, sight: sightOf(top, metrics, field) };
  });
  const inside = entries.filter(({ sight }) => sight === 'inside');
  for (const { issue, text, top } of inside) marks.append(...marksFor(issue, text, top, metrics, field));
  const byLine = [...Map.groupBy(inside, ({ issue }) => issue.line).values()];
  const edited = editedLine(field);
  const whole = byLine.find(([{ issue }]) => issue.line === edited) ?? byLine[0];
  for (const some of byLine) {
    const behind = metrics.left + metrics.width(some[0].text) - field.scrollLeft + GAP;
    if (some === whole) showWhole(some, behind, metrics, field);
    else showBehind(some, behind, field);
  }
  const room = { left: metrics.left, width: field.clientWidth - metrics.left - GAP };
  const above = entries.filter(({ sight }) => sight === 'above').reverse();
  showOne(above, { ...room, top: 4 }, '↑ ');
  showOne(
    entries.filter(({ sight }) => sight === 'below'),
    { ...room, bottom: 4 },
    '↓ ',
  );
}

function sightOf(top, { lineHeight }, { clientHeight }) {
  if (top < -lineHeight / 2) return 'above';
  return top > clientHeight - lineHeight / 2 ? 'below' : 'inside';
}

function editedLine(field) {
  if (document.activeElement !== field) return undefined;
  return field.value.slice(0, field.selectionStart).split('\n').length;
}

/** All messages of a line. */
function showWhole(entries, behind, metrics, field) {
  const [{ item: first, top }] = entries;
  const room = field.clientWidth - behind - GAP;
  moveTo(first, { left: behind, top: top - 1, width: room });
  const fits = entries.length === 1 && room >= MIN_WIDTH && first.offsetHeight <= metrics.lineHeight + 8;
  if (fits) return;
  const width = field.clientWidth - metrics.left - GAP;
  for (const { item } of entries) moveTo(item, { left: metrics.left, top: 0, width });
  const height = entries.reduce((sum, { item }) => sum + item.offsetHeight + 2, 0);
  const below = top + metrics.lineHeight + 2;
  let next = below + height > field.clientHeight && top > height ? top - height - 2 : below;
  for (const { item } of entries) {
    item.style.top = `${next}px`;
    next += item.offsetHeight + 2;
  }
}

/** The first message of a line, cut where the room ends; the pointer and the keyboard show it whole. */
function showBehind(entries, behind, field) {
  const left = Math.min(behind, field.clientWidth - MIN_WIDTH - GAP);
  const place = { left, top: entries[0].top - 1, width: field.clientWidth - left - GAP };
  showOne(entries, place, '', 'cut');
}

/** The first of these, with the number of the others. */
function showOne(entries, place, arrow, kind = 'at-edge') {
  for (const [index, { item }] of entries.entries()) {
    item.hidden = index > 0;
    if (index > 0) continue;
    moveTo(item, place);
    item.classList.add(kind);
    item.querySelector('.arrow').textContent = arrow;
    const count = entries.length - 1;
    item.querySelector('.more').textContent = count === 0 ? '' : ` ${t('issue.more', { count })}`;
  }
}

function moveTo(item, { left, top, bottom, width }) {
  item.hidden = false;
  item.className = '';
  item.querySelector('.arrow').textContent = '';
  item.querySelector('.more').textContent = '';
  item.style.left = `${left}px`;
  item.style.top = top === undefined ? 'auto' : `${top}px`;
  item.style.bottom = bottom === undefined ? 'auto' : `${bottom}px`;
  item.style.maxWidth = `${width}px`;
}

/** The line as a band, and the very character where the place of the mistake is known. */
function marksFor({ column }, text, top, metrics, field) {
  const band = Object.assign(document.createElement('div'), { className: 'band' });
  band.style.top = `${top}px`;
  band.style.height = `${metrics.lineHeight}px`;
  if (column === undefined) return [band];
  const wave = Object.assign(document.createElement('div'), { className: 'wave' });
  wave.style.top = `${top + metrics.lineHeight - 4}px`;
  wave.style.left = `${metrics.left + metrics.width(text.slice(0, column - 1)) - field.scrollLeft}px`;
  wave.style.width = `${Math.max(8, metrics.width(text.slice(column - 1, column)))}px`;
  return [band, wave];
}

function metricsOf(field) {
  const style = getComputedStyle(field);
  canvas ??= document.createElement('canvas').getContext('2d');
  canvas.font = style.font;
  const tab = ' '.repeat(Number(style.tabSize) || 8);
  return {
    top: Number.parseFloat(style.paddingTop),
    left: Number.parseFloat(style.paddingLeft),
    lineHeight: Number.parseFloat(style.lineHeight),
    width: (text) => canvas.measureText(text.replaceAll('\t', tab)).width,
  };
}
