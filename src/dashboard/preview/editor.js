/** A text area with line numbers, and issues at their lines. */

/** `field`: the text area; `list`: where its issues are listed. */
export function numberLines(field, list) {
  const gutter = field.parentElement.querySelector('.gutter');
  let issues = [];
  let drawn;

  const draw = () => {
    const wrong = new Map(issues.map(({ line, message }) => [line, message]));
    const count = field.value.split('\n').length;
    // Most keystrokes change no line number, and an event of 1 MiB has tens of thousands of them.
    const drawing = JSON.stringify([count, ...wrong]);
    if (drawing !== drawn) gutter.replaceChildren(...numbers(count, wrong));
    drawn = drawing;
    gutter.scrollTop = field.scrollTop;
  };

  const entry = ({ line, message }) => {
    const item = document.createElement('li');
    const jump = document.createElement('button');
    jump.type = 'button';
    jump.textContent = line === undefined ? message : `Line ${line}: ${message}`;
    jump.addEventListener('click', () => select(line ?? 1));
    item.append(jump);
    return item;
  };

  const select = (line) => {
    const lines = field.value.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    field.focus();
    field.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
    field.scrollTop = (line - 4) * Number.parseFloat(getComputedStyle(field).lineHeight);
  };

  field.addEventListener('input', draw);
  field.addEventListener('scroll', () => {
    gutter.scrollTop = field.scrollTop;
  });
  draw();
  return {
    show(found) {
      issues = found;
      field.setAttribute('aria-invalid', String(found.length > 0));
      list.replaceChildren(...found.map(entry));
      draw();
    },
    set(text) {
      field.value = text;
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
