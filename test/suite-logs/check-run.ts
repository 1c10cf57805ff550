/** The end of a test run: throws where a log of it holds a secret or personal data, so that the run fails. */
import { findLeaks } from './find-leaks.ts';
import { readRunFolder, removeRunFolder } from './run-folder.ts';

const SHOWN = 20;

export function checkRun(folder: string): void {
  const leaks = findLeaks(readRunFolder(folder));
  if (leaks.length === 0) {
    removeRunFolder(folder);
    return;
  }
  const shown = leaks
    .slice(0, SHOWN)
    .map(({ what, test, line }) => `${what}\n  in ${test}\n  ${line.slice(0, 500)}`);
  const more = leaks.length > SHOWN ? `\nand ${leaks.length - SHOWN} more` : '';
  throw new Error(
    `${leaks.length} times a log holds what no log may hold (all of them are in ${folder}):\n${shown.join('\n')}${more}`,
  );
}
