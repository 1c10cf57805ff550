/** An element: its name without prefix, its attributes, its children or its text. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Parses the XML that SOAP clients send: elements, attributes, text; no CDATA, no document types. */
export function parseXml(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  for (const [, closing, name, attributes = '', empty, text] of xml.matchAll(
    /<(\/?)([\w.-]+:?[\w.-]*)([^>]*?)(\/?)>|([^<]+)|<\?[^>]*>/g,
  )) {
    const parent = open.at(-1);
    if (!parent) break;
    if (text !== undefined) parent.text += unescaped(text);
    else if (closing) open.pop();
    else if (name !== undefined) {
      const element = { name: localName(name), attributes: attributesOf(attributes), children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  return root;
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((each) => each.name === name);
}

export function childrenOf(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

export function textOf(element: Element | undefined, name: string): string | undefined {
  return child(element, name)?.text;
}

/** `<name>…</name>` for each entry; lists repeat their element, undefined values are omitted. */
export function toXml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  return Object.entries(value)
    .flatMap(([name, each]) => (Array.isArray(each) ? each : [each]).map((item) => [name, item] as const))
    .map(([name, item]) => (item === undefined ? '' : `<${name}>${toXml(item)}</${name}>`))
    .join('');
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:.-]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [localName(name), unescaped(value)]));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function unescaped(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

function escaped(text: string): string {
  return text.replace(/[<>&]/g, (char) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[char]!);
}
