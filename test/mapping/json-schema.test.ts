import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { keysAt, mappingJsonSchema } from '../../src/mapping/json-schema.ts';

test('the schema that ships for editors is the one the mapping is checked by', () => {
  const shipped = readFileSync(new URL('../../docs/mapping.schema.json', import.meta.url), 'utf8');
  // When this fails: node src/cli.ts mapping --schema > docs/mapping.schema.json
  expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(mappingJsonSchema())));
});

test('the keys allowed at a place are known', () => {
  expect(keysAt([])).toContain('followUps');
  expect(keysAt(['person', 'any_field'])).toContain('template');
  expect(keysAt(['followUps', 'any_rule', 'due'])).toContain('formats');
  expect(keysAt(['calls', 0])).toContain('shorterThan');
  expect(keysAt(['match', 'by', 0])).toEqual(['field']);
});
