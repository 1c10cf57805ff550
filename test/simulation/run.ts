import { parseArgs } from 'node:util';
import { replaceGlobals } from './globals.ts';
import { makePlan } from './plan.ts';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
const realNow = performance.now.bind(performance);
replaceGlobals();
const began = realNow();
if (values.seed) {
  const plan = makePlan(Number(values.seed));
  const result = await simulate(plan, true);
  if (values.trace) process.stdout.write(`${result.trace!.join('\n')}\n`);
  process.stdout.write(
    `${JSON.stringify(plan, null, 1)}\n${result.violations.join('\n')}\n${JSON.stringify({ ...result, trace: undefined })}\n`,
  );
} else {
  let events = 0;
  let bad = 0;
  let reqs = 0;
  let maxEvents = 0;
  for (let seed = Number(values.from); seed < Number(values.from) + Number(values.runs); seed++) {
    const r = await simulate(makePlan(seed));
    events += r.events;
    reqs += r.crmRequests;
    maxEvents = Math.max(maxEvents, r.events);
    if (r.violations.length) {
      bad++;
      if (bad <= 30) process.stdout.write(`${seed}: ${r.violations.join(' | ')}\n`);
    }
  }
  process.stdout.write(
    `${values.runs} runs, ${bad} bad, ${events} events, max ${maxEvents}, ${reqs} requests, ${Math.round(realNow() - began)} ms\n`,
  );
}
