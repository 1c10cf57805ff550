import { expect, test } from '@jest/globals';
import { clockFindings } from '../../src/commands/check-redis.ts';
import { DoctorReport, nextStep } from '../../src/commands/doctor-report.ts';
import { type DoctorFinding, error, ok, warning } from '../../src/commands/findings.ts';

const grouped = (...findings: readonly DoctorFinding[]) =>
  findings.map((finding) => ({ group: 'CRM', ...finding }));

function printed(...findings: readonly DoctorFinding[]): string {
  let output = '';
  const report = new DoctorReport((text) => {
    output += text;
  });
  report.begin('CRM');
  report.add(findings);
  report.end();
  return output;
}

test('the first error is what is to be done, before any other step', () => {
  const step = warning('deliveries', 'none', 'set it', 'set the webhook URL');
  const findings = grouped(step, error('key', 'is missing', 'run provision'), error('b', 'b', 'b'));
  expect(nextStep(findings)).toBe('First: key: run provision');
});

test('without errors the first step of the set-up that is left comes before warnings that name no step', () => {
  const memory = warning('Redis', 'keeps no append-only file', 'start it with --appendonly yes');
  const step = warning('deliveries', 'none', 'set it', 'set the webhook URL');
  expect(nextStep(grouped(memory, step))).toBe('Next: set the webhook URL');
  expect(nextStep(grouped(memory))).toBe('Next: Redis: start it with --appendonly yes');
  expect(nextStep(grouped(ok('Redis', 'answers')))).toBe('Nothing to do.');
});

test('no problems are said only where there is neither an error nor a warning', () => {
  expect(printed(ok('a', 'b'))).toBe('CRM\n  ✓ a:              b\n\nNo problems found.\nNothing to do.\n');
  expect(printed(warning('a', 'b', 'c'))).toContain('\n1 warning to look at.\n');
  expect(printed(error('a', 'b', 'c'), warning('a', 'b', 'c'))).toContain(
    '\n1 problem to fix, 1 warning to look at.\n',
  );
});

test('a message of several lines is indented below its subject', () => {
  expect(printed(error('mapping', 'has issues:\n  a:1:2: one', 'fix it'))).toContain(
    '  ✗ mapping:        has issues:\n      a:1:2: one\n      → fix it\n',
  );
});

test('clocks that differ by more than the time of an answer are found', () => {
  expect(clockFindings(1_000_000, 1_000_000, 1_001_000)).toEqual([]);
  expect(clockFindings(1_004_000, 1_000_000, 1_001_000)).toEqual([]);
  for (const there of [930_000, 1_071_000])
    expect(clockFindings(there, 1_000_000, 1_001_000)).toMatchObject([
      { level: 'warning', message: expect.stringMatching(/differ by 70 s/) },
    ]);
});
