/** docs/metrics.md describes every metric that `/metrics` exposes, with its type and labels, and no other. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createMetrics } from '../../src/metrics/metrics.ts';

interface Described {
  readonly type: string;
  readonly labels: readonly string[];
}

const ROW = /^\| `(altur_\w+)` *\| (\w+) *\|([^|\n]*)\| (?:process|service) *\| \S[^|\n]*\|$/gm;

function documented(): Map<string, Described> {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  return new Map(
    [...page.matchAll(ROW)].map(([, name, type, labels]) => {
      const names = [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!);
      return [name!, { type: type!, labels: names.toSorted() }];
    }),
  );
}

/** Every metric with a sample. */
async function exposed(): Promise<Map<string, Described>> {
  const metrics = createMetrics();
  metrics.call('complete');
  metrics.skippedField({ object: 'person', field: 'a', code: 'B' });
  metrics.delivered(1);
  metrics.batch(1, 1);
  metrics.crmRequest({ method: 'GET', endpoint: '/' })({ status: 200 });
  metrics.paused({ kind: 'unavailable', code: 'B' }, 1);
  metrics.usage(1, 2);
  const text = await metrics.render({
    jobs: { wait: 1 },
    paused: false,
    workersAlive: 1,
    redisMemoryUsed: 0.5,
    missingCalls: 3,
    reconcileFailures: 2,
  });
  const found = new Map<string, Described>();
  for (const [, name, type] of text.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    const samples = [...text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?(\\{.*\\})? \\S+$`, 'gm'))];
    expect([name, samples.length]).not.toEqual([name, 0]);
    const labels = samples.flatMap(([, braces = '']) =>
      [...braces.matchAll(/(\w+)="/g)].map(([, label]) => label!),
    );
    found.set(name!, {
      type: type!,
      labels: [...new Set(labels)].filter((label) => label !== 'le').toSorted(),
    });
  }
  return found;
}

test('every metric is documented as it is exposed, and nothing else', async () => {
  const [page, exposition] = [documented(), await exposed()];
  expect(page.size).toBeGreaterThan(15);
  expect(Object.fromEntries(page)).toEqual(Object.fromEntries(exposition));
});
