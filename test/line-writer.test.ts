import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { LineWriter } from '../src/line-writer.ts';

function open() {
  const writes: string[] = [];
  const writer = new LineWriter({ write: (text: unknown) => writes.push(String(text)) > 0 });
  return { writes, writer };
}
const nextTurn = () => new Promise((next) => setImmediate(next));

test('the first line is written at once, those that follow soon, together and in their order', async () => {
  const { writes, writer } = open();
  for (const line of ['1', '2', '3']) writer.line(line, false);
  expect(writes).toEqual(['1\n']);
  while (writes.length < 2) await nextTurn();
  writer.line('4', false);
  while (writes.length < 3) await nextTurn();
  expect(writes).toEqual(['1\n', '2\n3\n', '4\n']);
});

test('when none came for a while, the next is written at once', async () => {
  const { writes, writer } = open();
  const isWrittenAtOnce = (line: string) => {
    const before = writes.length;
    writer.line(line, false);
    return writes.length > before;
  };
  expect([isWrittenAtOnce('1'), isWrittenAtOnce('2')]).toEqual([true, false]);
  do await new Promise((later) => setTimeout(later, 100));
  while (!isWrittenAtOnce('3'));
});

test('an urgent line does not wait, nor do the lines before it', () => {
  const { writes, writer } = open();
  writer.line('1', false);
  writer.line('2', false);
  writer.line('3', true);
  expect(writes).toEqual(['1\n', '2\n3\n']);
});

test.each(['process.exit(3)', 'throw new Error("a defect")'])('no line is lost to %s', (end) => {
  const file = new URL('../src/line-writer.ts', import.meta.url);
  const program = `import { LineWriter } from '${file}';
    const writer = new LineWriter(process.stdout);
    for (const line of ['1', '2', '3']) writer.line(line, false);
    ${end}`;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program]);
  expect([String(stdout), status]).toEqual(['1\n2\n3\n', end.includes('3') ? 3 : 1]);
});
