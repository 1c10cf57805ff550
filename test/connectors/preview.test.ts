import { expect, test } from '@jest/globals';
import { connectors } from '../../connectors/index.ts';
import { recordingLog } from '../recording-log.ts';
import { mapCache, mapLastWrites, POLICY, record } from './fixtures.ts';

test('the preview connector accepts any field, writes nothing and logs no value', async () => {
  const definition = await connectors.preview!();
  const log = recordingLog();
  const connector = definition.create(definition.settings.parse({}), {
    policy: POLICY,
    personCache: mapCache(),
    lastWrites: mapLastWrites(),
    log,
    timeZone: 'UTC',
    objects: ['person', 'call'],
  });
  expect((await connector.schema()).person.get('whatever')).toMatchObject({ updateable: true });
  const outcomes = await connector.sync([record(1), record(2)], new AbortController().signal);
  expect(outcomes.map(({ status }) => status)).toEqual(['synced', 'synced']);
  expect(log.entries).toHaveLength(2);
  expect(JSON.stringify(log.entries)).toContain('firstname');
  expect(JSON.stringify(log.entries)).not.toMatch(/Name 1|5510000001/);
});
