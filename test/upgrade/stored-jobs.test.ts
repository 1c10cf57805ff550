/** The jobs that each recorded version stored are read, dead letters too. */
import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { decode, type JobData } from '../../src/queue/job.ts';
import { CHANGED, DEAD_LETTER, IN_FLIGHT, RETRYING, WAITING } from './events.ts';
import { recordingOf } from './recording.ts';

const names = readdirSync(new URL('./fixtures/', import.meta.url)).map((file) => file.replace('.jsonl', ''));

test.each(names)('of %s', (name) => {
  const events = recordingOf(name).flatMap((line) => {
    if (line.of !== 'redis' || line.type !== 'hash') return [];
    const { data } = line.value as Record<string, string>;
    return data === undefined ? [] : [decode(JSON.parse(data) as JobData).event];
  });
  const byId = new Map(events.map((event) => [event.id, event]));
  const expected = [CHANGED[1], DEAD_LETTER, RETRYING, IN_FLIGHT, ...WAITING];
  expect([...byId.keys()].toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
  for (const event of expected) expect(byId.get(event.id)).toEqual(event);
});
