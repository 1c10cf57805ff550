/** Where an issue is in the text of the file. */
import { type Document, isMap, isScalar, type ParsedNode } from 'yaml';
import type { Place } from './content.ts';
import type { MappingIssue } from './issue.ts';

type ParsedDocument = Document.Parsed<ParsedNode>;

/** The offset of the excerpt; else of the key; for a key that is missing, of its nearest parent. */
export function offsetOf(
  document: ParsedDocument,
  text: string,
  { place, excerpt }: Pick<MappingIssue, 'place' | 'excerpt'>,
): number {
  return (excerpt && excerptOffset(document, text, place, excerpt)) ?? keyOffset(document, place) ?? 0;
}

/** Undefined where YAML writes the text differently, folded or with escapes. */
function excerptOffset(
  document: ParsedDocument,
  text: string,
  place: Place,
  excerpt: NonNullable<MappingIssue['excerpt']>,
): number | undefined {
  const value = document.getIn(place, true);
  if (!isScalar(value) || !value.range) return undefined;
  const [begin, end] = value.range;
  let offset = begin - 1;
  for (let time = 0; time <= excerpt.occurrence; time += 1) offset = text.indexOf(excerpt.text, offset + 1);
  return offset >= begin && offset < end ? offset : undefined;
}

function keyOffset(document: ParsedDocument, place: Place): number | undefined {
  for (let length = place.length; length > 0; length -= 1) {
    const parent = document.getIn(place.slice(0, length - 1), true);
    const name = String(place[length - 1]);
    const pair = isMap(parent) && parent.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    const node = document.getIn(place.slice(0, length), true) as ParsedNode | undefined;
    if (node?.range) return node.range[0];
  }
  return undefined;
}
