/** Indents a JSON text without changing anything but its white space: numbers and texts stay as they were typed. */

const STEP = '  ';
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Undefined for a text that is not JSON. */
export function prettyJson(text) {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const parts = [];
  let depth = 0;
  let previous = '';
  const breakLine = () => parts.push('\n', STEP.repeat(depth));
  for (const [token] of text.matchAll(TOKEN)) {
    const opens = previous === '{' || previous === '[';
    if (token === '}' || token === ']') {
      depth -= 1;
      if (!opens) breakLine();
    } else if (opens || previous === ',') breakLine();
    parts.push(token === ':' ? ': ' : token);
    if (token === '{' || token === '[') depth += 1;
    previous = token;
  }
  return parts.join('');
}
