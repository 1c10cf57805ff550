/** A text area with line numbers, and each mistake marked where it is, with its message beside it. */
import { placeIssues } from './place-issues.js';
import { t } from './texts.js';

/** A longer text is set at once: the browser's list of steps to undo would take too long. */
const MAX_UNDOABLE = 200_000;

/** `root`: the element around the text area, its gutter, its marks and its messages. */
export function createEditor(root) {
  const field = root.querySelector('textarea');
  const list = root.querySelector('.issues');
  const gutter = root.querySelector('.gutter');
  const marks = root.querySelector('.marks');
  let issues = [];
  let drawn;

  const draw = () => {
    const wrong = new Map(issues.map(({ line, message }) => [line, message]));
    const count = field.value.split('\n').length;
    // Most keystrokes change no line number, and an event of 1 MiB has tens of thousands of them.
    const drawing = JSON.stringify([count, ...wrong]);
    if (drawing !== drawn) gutter.replaceChildren(...numbers(count, wrong));
    drawn = drawing;
    place();
  };

  const place = () => {
    gutter.scrollTop = field.scrollTop;
    placeIssues({ field, list, marks, issues });
  };

  const entry = ({ line, message }) => {
    const jump = Object.assign(document.createElement('button'), { type: 'button' });
    const arrow = Object.assign(document.createElement('span'), { className: 'arrow' });
    const where = Object.assign(document.createElement('strong'), { textContent: t('issue.line', { line }) });
    const more = Object.assign(document.createElement('span'), { className: 'more' });
    jump.append(arrow, where, ` ${message}`, more);
    jump.addEventListener('click', () => select(line));
    const item = document.createElement('li');
    item.append(jump);
    return item;
  };

  const lineStart = (line) =>
    field.value
      .split('\n')
      .slice(0, line - 1)
      .reduce((sum, text) => sum + text.length + 1, 0);

  const reveal = (line) => {
    const height = Number.parseFloat(getComputedStyle(field).lineHeight);
    const top = (line - 1) * height;
    const isVisible = top >= field.scrollTop && top + 2 * height <= field.scrollTop + field.clientHeight;
    if (!isVisible) field.scrollTop = top - 3 * height;
    place();
  };

  const select = (line) => {
    const start = lineStart(line);
    field.focus();
    field.setSelectionRange(start, start + (field.value.split('\n')[line - 1] ?? '').length);
    reveal(line);
  };

  field.addEventListener('input', () => {
    root.classList.remove('quiet-issues');
    draw();
  });
  field.addEventListener('scroll', place);
  // The messages lie over the text: what is below them can be read without.
  field.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') root.classList.add('quiet-issues');
  });
  document.addEventListener('selectionchange', () => {
    if (issues.length > 0 && document.activeElement === field) place();
  });
  new ResizeObserver(place).observe(field);
  draw();
  return {
    field,
    reveal,
    select,
    get issues() {
      return issues;
    },
    show(found) {
      const sorted = found.toSorted((a, b) => a.line - b.line);
      // Those that stay are neither drawn nor read out again.
      if (JSON.stringify(sorted) === JSON.stringify(issues)) return place();
      issues = sorted;
      field.setAttribute('aria-invalid', String(issues.length > 0));
      list.replaceChildren(...issues.map(entry));
      return draw();
    },
    set(text) {
      field.value = text;
      field.scrollTo(0, 0);
      issues = [];
      list.replaceChildren();
      draw();
    },
    /** As if it had been typed, so that it can be undone. */
    replace(text) {
      field.focus();
      field.setSelectionRange(0, field.value.length);
      // Deprecated, and the only way that keeps the steps to undo.
      const done = text.length <= MAX_UNDOABLE && document.execCommand('insertText', false, text);
      if (!done) field.value = text;
      field.setSelectionRange(0, 0);
      field.scrollTo(0, 0);
      draw();
    },
  };
}

/** The numbers of lines without issues as runs of text, each line with an issue as an element of its own. */
function numbers(count, wrong) {
  const parts = [];
  let run = '';
  for (let line = 1; line <= count; line += 1) {
    const message = wrong.get(line);
    if (message === undefined) {
      run += `${line}\n`;
      continue;
    }
    const row = Object.assign(document.createElement('span'), { className: 'wrong', title: message });
    row.textContent = `${line}`;
    parts.push(run, row);
    run = '\n';
  }
  return [...parts, run];
}
