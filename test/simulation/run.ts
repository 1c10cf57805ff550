/** Runs simulations in this process, whose clock and random numbers are replaced: `npm run test:simulation`. */
import { UsageError } from '../../src/commands/command-line.ts';
import { runScript } from '../script.ts';
import { replaceGlobals } from './globals.ts';
import { HELP, type ManyRuns, type OneRun, readOptions } from './options.ts';
import { makePlan, type Plan } from './plan.ts';
import { allOf, type Kept, reduced, shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

const realTime = performance.now.bind(performance);
const print = (text: string) => process.stdout.write(`${text}\n`);

async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  replaceGlobals();
  const failed = 'seed' in options ? await runOne(options) : await runMany(options);
  return failed ? 1 : 0;
}

async function runMany({ from: first, runs, json }: ManyRuns): Promise<boolean> {
  // Most errors of a run are BullMQ's signals; their stacks cost a tenth of the time.
  Error.stackTraceLimit = 0;
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
  if (json) print(JSON.stringify({ ...total, ...failure, seconds, cpuMs: process.cpuUsage().user / 1_000 }));
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

async function runOne(options: OneRun): Promise<boolean> {
  const { seed } = options;
  const whole = makePlan(seed);
  const plan = reduced(whole, keptOf(whole, options));
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

function keptOf(plan: Plan, { deliveries, faults, workers }: OneRun): Kept {
  const within = (name: string, kept: readonly number[], all: readonly unknown[]) => {
    const missing = kept.find((index) => index >= all.length);
    if (missing === undefined) return kept;
    throw new UsageError(`--${name}: the plan of seed ${plan.seed} has ${all.length}, and no ${missing}`);
  };
  return {
    ...allOf(plan),
    ...(deliveries && { deliveries: within('deliveries', deliveries, plan.deliveries) }),
    ...(faults && { faults: within('faults', faults, plan.faults) }),
    ...(workers !== undefined && { workers }),
  };
}

function printPlan({ crm, workers, searchLagMs, people, deliveries, faults }: Plan): void {
  print(`CRM ${crm}, search lag ${searchLagMs} ms, ${workers} workers`);
  for (const [index, person] of people.entries()) print(`person ${index}: ${JSON.stringify(person)}`);
  for (const { atMs, content } of deliveries) print(`delivery at ${atMs} ms: ${JSON.stringify(content)}`);
  for (const fault of faults) print(`fault: ${JSON.stringify(fault)}`);
}

runScript(HELP, run);
