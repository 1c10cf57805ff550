import { expect, test } from '@jest/globals';
import { loadMapping } from '../../src/mapping/load.ts';

test.each([
  ['lists', '['.repeat(100_000)],
  ['objects', '{"a":'.repeat(50_000)],
  ['blocks', Array.from({ length: 5_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['sequences', `${'- '.repeat(20_000)}x`],
])('a mapping of %s that that is nested too deeply is reported in a sentence', (_, text) => {
  expect(() => loadMapping(text, 'mapping.yaml')).toThrow(/mapping\.yaml:\d+:\d+: is nested too deeply/);
});
