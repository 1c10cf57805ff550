/** `doctor --live`: tests with real credentials what is only assumed of the CRM, and keeps the results for the service. */
import type { ProbeReport, ProbeResult } from '../../connectors/connector.ts';
import { openProbeResults } from '../queue/probe-results.ts';
import { connectedWithin } from '../queue/redis.ts';
import { OPTIONAL_REDIS_MS, refuseNewerSchema, withConnector } from './session.ts';

/** The canaries are deleted before the command ends; a second signal ends it at once. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Prints each assumption with its result. Exit code 1 when calls cannot be written, or records are left. */
export async function runLiveProbe(env: NodeJS.ProcessEnv): Promise<number> {
  return withConnector(env, async ({ config, connector, redis }) => {
    await refuseNewerSchema({ redis, config });
    if (!connector.probe) {
      process.stdout.write(`${connector.name} has nothing to test\n`);
      return 0;
    }
    process.stdout.write(`Writing canary records to ${connector.name}, this takes up to two minutes …\n\n`);
    const stop = new AbortController();
    const stopOnSignal = () => stop.abort();
    for (const signal of STOP_SIGNALS) process.once(signal, stopOnSignal);
    const report = await connector.probe(stop.signal);
    for (const signal of STOP_SIGNALS) process.removeListener(signal, stopOnSignal);
    process.stdout.write(textOf(report));
    if (stop.signal.aborted) {
      process.stdout.write('Stopped: the results are not kept.\n');
      return 1;
    }
    // Without Redis the results reach no other process.
    const kept = await connectedWithin(redis, OPTIONAL_REDIS_MS);
    if (kept) await openProbeResults(redis, connector.name).write(report);
    const note = kept
      ? 'The results are kept in Redis: a worker uses them from its next start.'
      : 'Redis does not answer: the results are not kept.';
    process.stdout.write(`${note}\n`);
    const cannotWrite = report.results.some(
      ({ assumption, result }) => assumption === 'write' && result !== 'confirmed',
    );
    return cannotWrite || report.left.length > 0 ? 1 : 0;
  });
}

const MARKS = { confirmed: '✓', different: '≠', 'not testable': '–' } as const;

function textOf({ results, deleted, left }: ProbeReport): string {
  const lines = results.map(lineOf);
  lines.push('', `Deleted again: ${deleted.join(', ') || 'nothing'}`);
  if (left.length > 0) lines.push(`Not deleted, please delete by hand: ${left.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function lineOf({ claim, result, detail }: ProbeResult): string {
  return `${MARKS[result]} ${result}: ${claim}${detail === undefined ? '' : `\n    → ${detail}`}`;
}
