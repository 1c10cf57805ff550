/**
 * Runs simulations in this process, whose clock and random numbers are replaced:
 *   node test/simulation/run.ts --runs 20000 [--from 1]      as many seeds, until one fails
 *   node test/simulation/run.ts --seed 17 [--trace] [--deliveries 0,3] [--faults 1] [--workers 2]      one of them
 * Writes a line of JSON for a program with --json. The exit code is 1 when a run has failed.
 */
import { parseArgs } from 'node:util';
import { replaceGlobals } from './globals.ts';
import { makePlan, type Plan } from './plan.ts';
import { allOf, type Kept, reduced, shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    deliveries: { type: 'string' },
    faults: { type: 'string' },
    workers: { type: 'string' },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const realTime = performance.now.bind(performance);
const print = (text: string) => process.stdout.write(`${text}\n`);

replaceGlobals();
// Most errors of a run are BullMQ's signals; their stacks cost a tenth of the time.
if (options.seed === undefined) Error.stackTraceLimit = 0;
const failed = options.seed === undefined ? await runMany() : await runOne(Number(options.seed));
process.exitCode = failed ? 1 : 0;

async function runMany(): Promise<boolean> {
  const [first, runs] = [Number(options.from), Number(options.runs)];
  const began = realTime();
  const total = { runs: 0, events: 0, crmRequests: 0, simulatedMs: 0 };
  let failure: { readonly seed: number; readonly violations: readonly string[] } | undefined;
  for (let seed = first; seed < first + runs && !failure; seed += 1) {
    const { violations, events, crmRequests, ms } = await simulate(makePlan(seed));
    total.runs += 1;
    total.events += events;
    total.crmRequests += crmRequests;
    total.simulatedMs += ms;
    if (violations.length > 0) failure = { seed, violations };
  }
  const seconds = (realTime() - began) / 1_000;
  if (options.json)
    print(JSON.stringify({ ...total, ...failure, seconds, cpuMs: process.cpuUsage().user / 1_000 }));
  else {
    print(
      `${total.runs} runs in ${seconds.toFixed(1)} s: ${total.events} events, ${total.crmRequests} requests to the CRM`,
    );
    if (failure) await explain(failure.seed);
  }
  return failure !== undefined;
}

/** Prints the smallest part of the plan that fails, and the command that runs it. */
async function explain(seed: number): Promise<void> {
  const plan = makePlan(seed);
  const kept = await shrink(plan, async (smaller) => (await simulate(smaller)).violations.length > 0);
  const small = reduced(plan, kept);
  const { violations } = await simulate(small);
  const [all, parts] = [allOf(plan), [`--seed ${seed}`]];
  for (const part of ['deliveries', 'faults', 'workers'] as const)
    if (`${kept[part]}` !== `${all[part]}`) parts.push(`--${part} ${`${kept[part]}` || 'none'}`);
  print(`seed ${seed} fails; the smallest part of it that does:`);
  printPlan(small);
  for (const violation of violations) print(`✗ ${violation}`);
  print(`node test/simulation/run.ts ${parts.join(' ')} --trace`);
}

async function runOne(seed: number): Promise<boolean> {
  const whole = makePlan(seed);
  const plan = reduced(whole, keptOf(whole));
  const { violations, trace = [], traceHash, ms, events } = await simulate(plan, true);
  if (options.trace) for (const line of trace) print(line);
  if (options.json) print(JSON.stringify({ seed, violations, traceHash, lines: trace.length }));
  else {
    printPlan(plan);
    print(
      `${events} events in ${(ms / 1_000).toFixed(1)} simulated seconds, trace ${traceHash.toString(16)}`,
    );
    for (const violation of violations) print(`✗ ${violation}`);
  }
  return violations.length > 0;
}

function keptOf(plan: Plan): Kept {
  const all = allOf(plan);
  const numbers = (text: string) => (text === 'none' ? [] : text.split(',').map(Number));
  return {
    deliveries: options.deliveries === undefined ? all.deliveries : numbers(options.deliveries),
    faults: options.faults === undefined ? all.faults : numbers(options.faults),
    workers: options.workers === undefined ? all.workers : Number(options.workers),
  };
}

function printPlan({ crm, workers, searchLagMs, people, deliveries, faults }: Plan): void {
  print(`CRM ${crm}, search lag ${searchLagMs} ms, ${workers} workers`);
  for (const [index, person] of people.entries()) print(`person ${index}: ${JSON.stringify(person)}`);
  for (const { atMs, content } of deliveries) print(`delivery at ${atMs} ms: ${JSON.stringify(content)}`);
  for (const fault of faults) print(`fault: ${JSON.stringify(fault)}`);
}
