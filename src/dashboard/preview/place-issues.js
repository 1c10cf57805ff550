/**
 * Puts the message of each mistake beside its line: behind the text where there is room, else below it. Of mistakes
 * that are scrolled out of sight the nearest is shown at the edge, with the number of the others.
 */
import { t } from './texts.js';

/** A message narrower than this is hard to read. */
const MIN_WIDTH = 240;
const GAP = 12;

let canvas;

export function placeIssues({ field, list, marks, issues }) {
  const metrics = metricsOf(field);
  const lines = field.value.split('\n');
  const items = [...list.children];
  const lineTop = (line) => metrics.top + (line - 1) * metrics.lineHeight - field.scrollTop;
  const sightOf = ({ line }) => {
    if (lineTop(line) < -metrics.lineHeight / 2) return 'above';
    return lineTop(line) > field.clientHeight - metrics.lineHeight / 2 ? 'below' : 'inside';
  };
  const sights = issues.map(sightOf);
  marks.replaceChildren();
  let occupied = 0;
  for (const [index, issue] of issues.entries()) {
    if (sights[index] !== 'inside') continue;
    const top = lineTop(issue.line);
    const text = lines[issue.line - 1] ?? '';
    marks.append(...marksFor(issue, text, top, metrics, field));
    const behind = metrics.left + metrics.width(text) - field.scrollLeft + GAP;
    const fits = field.clientWidth - behind >= MIN_WIDTH;
    const left = fits ? behind : metrics.left;
    const item = items[index];
    moveTo(item, { left, top: 0, width: field.clientWidth - left - GAP });
    const height = item.offsetHeight;
    const below = top + metrics.lineHeight + 2;
    const wanted = fits ? top - 2 : below + height > field.clientHeight ? top - height - 2 : below;
    const clamped = Math.max(occupied, Math.min(wanted, field.clientHeight - height - 2));
    item.style.top = `${clamped}px`;
    occupied = clamped + height + 2;
  }
  const above = sights.flatMap((sight, index) => (sight === 'above' ? [index] : []));
  const below = sights.flatMap((sight, index) => (sight === 'below' ? [index] : []));
  showAtEdge(items, above, above.at(-1), {
    left: metrics.left,
    top: 4,
    width: field.clientWidth - metrics.left - GAP,
  });
  showAtEdge(items, below, below[0], {
    left: metrics.left,
    bottom: 4,
    width: field.clientWidth - metrics.left - GAP,
  });
}

function showAtEdge(items, indexes, shown, place) {
  for (const index of indexes) {
    items[index].hidden = index !== shown;
    if (index !== shown) continue;
    moveTo(items[index], place);
    items[index].classList.add('at-edge');
    const count = indexes.length - 1;
    items[index].querySelector('.more').textContent = count === 0 ? '' : ` ${t('issue.more', { count })}`;
  }
}

function moveTo(item, { left, top, bottom, width }) {
  item.hidden = false;
  item.classList.remove('at-edge');
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
