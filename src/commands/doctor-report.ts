/** What `doctor` prints: the findings as they come, in groups, and at the end what to do next. */
import type { DoctorFinding } from './findings.ts';
import { counted } from './texts.ts';

export interface GroupedFinding extends DoctorFinding {
  readonly group: string;
}

const MARKS = { ok: '✓', warning: '!', error: '✗' } as const;
/** Of most subjects; a longer one moves its own message only. */
const SUBJECT_WIDTH = 15;

export class DoctorReport {
  readonly findings: GroupedFinding[] = [];
  readonly #print: (text: string) => void;
  #group = '';

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  /** The title of a group is there before its checks are made: a CRM may be slow. */
  begin(group: string): void {
    this.#print(`${this.#group === '' ? '' : '\n'}${group}\n`);
    this.#group = group;
  }

  add(findings: readonly DoctorFinding[]): void {
    for (const finding of findings) {
      this.findings.push({ group: this.#group, ...finding });
      this.#print(findingText(finding));
    }
  }

  end(): void {
    this.#print(`\n${summaryText(this.findings)}\n${nextStep(this.findings)}\n`);
  }

  get hasErrors(): boolean {
    return this.findings.some(({ level }) => level === 'error');
  }
}

function findingText({ level, subject, message, fix }: DoctorFinding): string {
  const [first, ...others] = message.split('\n');
  const head = `  ${MARKS[level]} ${`${subject}:`.padEnd(SUBJECT_WIDTH)} ${first}`;
  const further = others.map((line) => `      ${line.trim()}`);
  return `${[head, ...further, ...(fix === undefined ? [] : [`      → ${fix}`])].join('\n')}\n`;
}

/** "No problems found." is said only where there is nothing to look at either. */
function summaryText(findings: readonly DoctorFinding[]): string {
  const count = (wanted: DoctorFinding['level']) => findings.filter(({ level }) => level === wanted).length;
  const [errors, warnings] = [count('error'), count('warning')];
  if (errors + warnings === 0) return 'No problems found.';
  const looked = warnings === 0 ? '' : `${counted(warnings, 'warning')} to look at`;
  return errors === 0 ? `${looked}.` : `${counted(errors, 'problem')} to fix${looked && `, ${looked}`}.`;
}

/** The groups are in the order of the set-up: what comes first is done first. */
export function nextStep(findings: readonly DoctorFinding[]): string {
  const problem = findings.find(({ level }) => level === 'error');
  if (problem) return `First: ${problem.subject}: ${problem.fix}`;
  const step = findings.find(({ next }) => next !== undefined)?.next;
  if (step !== undefined) return `Next: ${step}`;
  const looked = findings.find(({ level }) => level === 'warning');
  return looked ? `Next: ${looked.subject}: ${looked.fix}` : 'Nothing to do.';
}
