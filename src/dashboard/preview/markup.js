/**
 * HTML as the CRM shows it, safe by construction: the text is parsed in a document that runs and loads nothing, and of
 * what it says only these elements are created, without their attributes. Everything else is text.
 */
const KEPT = new Set([
  ...[
    'P',
    'BR',
    'DIV',
    'SPAN',
    'B',
    'STRONG',
    'I',
    'EM',
    'U',
    'S',
    'UL',
    'OL',
    'LI',
    'BLOCKQUOTE',
    'PRE',
    'CODE',
  ],
  ...['H1', 'H2', 'H3', 'H4', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'HR'],
]);
/** Their content is not for people. */
const DROPPED = new Set([
  'SCRIPT',
  'STYLE',
  'TEMPLATE',
  'HEAD',
  'NOSCRIPT',
  'IFRAME',
  'OBJECT',
  'SVG',
  'MATH',
  'TITLE',
]);
/** Deeper elements are shown as text alone. */
const MAX_DEPTH = 50;

const TAG = /<[a-z][^>]*>/gi;
const BLOCKED = /\s(style|on\w+)(?=\s*=)/gi;

export function renderMarkup(text) {
  // The page's policy blocks these attributes, and reports them even here, where they do nothing.
  const quiet = text.replaceAll(TAG, (tag) => tag.replaceAll(BLOCKED, ' data-$1'));
  const parsed = new DOMParser().parseFromString(quiet, 'text/html');
  const fragment = document.createDocumentFragment();
  copy(parsed.body, fragment, 0);
  return fragment;
}

function copy(from, to, depth) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName.toUpperCase())) continue;
    if (depth >= MAX_DEPTH) to.append(node.textContent);
    else copy(node, elementFor(node, to), depth + 1);
  }
}

/** The element that gets the content of `node`. */
function elementFor(node, to) {
  const isLink = node.tagName === 'A' && /^https?:\/\//i.test(node.getAttribute('href') ?? '');
  if (!isLink && !KEPT.has(node.tagName)) return to;
  const made = document.createElement(node.tagName);
  if (isLink)
    Object.assign(made, { href: node.getAttribute('href'), target: '_blank', rel: 'noopener noreferrer' });
  to.append(made);
  return made;
}
