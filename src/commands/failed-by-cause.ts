/** `failed list --by-cause`: the dead letters grouped by cause, each with the commands that cure it. */
import { fieldsOf } from '../actions/dead-letters.ts';
import { type DeadLetterGroup, DeadLetterGroups } from '../monitoring/dead-letter-groups.ts';
import type { CallQueue } from '../queue/queue.ts';
import type { RedisClient } from '../queue/redis.ts';
import { commandLine } from './command-line.ts';
import { counted, timeText } from './texts.ts';

/** The largest first. */
export async function printCauses(queue: CallQueue, redis: RedisClient): Promise<number> {
  const read = await new DeadLetterGroups(queue, redis).read();
  const groups = read.toSorted((a, b) => b.count - a.count);
  for (const group of groups) process.stdout.write(groupText(group, groups));
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  process.stdout.write(`${counted(count, 'dead letter')}, ${counted(groups.length, 'cause')}\n`);
  return 0;
}

/** What `provision` creates. */
const CURED_BY_PROVISION = ['FIELD_MISSING', 'KEY_FIELD_MISSING'];

function groupText(group: DeadLetterGroup, groups: readonly DeadLetterGroup[]): string {
  const { code, count, oldestAt, reason } = group;
  const fields = fieldsOf(group);
  const where = fields.length > 0 ? `  ${fields.join(', ')}` : '';
  const retry = commandLine('failed', 'retry', ...choiceOf(group, groups));
  const cure = CURED_BY_PROVISION.includes(code) ? `${commandLine('provision')}, then ${retry}` : retry;
  return [
    `${code}${where}  ${counted(count, 'call')}, oldest ${timeText(oldestAt)}`,
    `  ${reason}`,
    `  ${CURED_BY_PROVISION.includes(code) ? 'cure' : 'after the fix'}: ${cure}`,
    '',
  ].join('\n');
}

/** By its code and field, unless they are those of another cause too. */
function choiceOf(group: DeadLetterGroup, groups: readonly DeadLetterGroup[]): readonly string[] {
  const { id, code } = group;
  const [field] = fieldsOf(group);
  const isAlone = groups.every((other) => {
    return (
      other.id === id || other.code !== code || (field !== undefined && !fieldsOf(other).includes(field))
    );
  });
  if (!isAlone) return ['--cause', id];
  return ['--code', code, ...(field === undefined ? [] : ['--field', field])];
}
