/** A text area with line numbers, and mistakes at their lines. */

/** `field`: the text area. Answers how to show mistakes in it. */
export function numberLines(field, list) {
  const gutter = field.parentElement.querySelector('.gutter');
  let mistakes = [];

  const draw = () => {
    const wrong = new Map(mistakes.map(({ line, message }) => [line, message]));
    const count = field.value.split('\n').length;
    const rows = Array.from({ length: count }, (_, index) => {
      const row = document.createElement('span');
      row.textContent = `${index + 1}`;
      const message = wrong.get(index + 1);
      if (message !== undefined) {
        row.className = 'wrong';
        row.title = message;
      }
      return [row, '\n'];
    });
    gutter.replaceChildren(...rows.flat());
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
      mistakes = found;
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
