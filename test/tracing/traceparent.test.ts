import { expect, test } from '@jest/globals';
import { formatTraceparent, parseTraceparent } from '../../src/tracing/traceparent.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test.each([`00-${ID}-${SPAN}-01`, `00-${ID}-${SPAN}-00`])('%s is read as it is written', (text) => {
  expect(formatTraceparent(parseTraceparent(text)!)).toBe(text);
});

test('a later version is read as far as it is known', () => {
  expect(parseTraceparent(`cc-${ID}-${SPAN}-01-what-is-to-come`)).toMatchObject({
    traceId: ID,
    spanId: SPAN,
  });
});

test.each([
  '',
  'nonsense',
  `ff-${ID}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${ID}-${'0'.repeat(16)}-01`,
  `00-${ID.toUpperCase()}-${SPAN}-01`,
])('%j begins a trace of its own', (text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});
