/**
 * `npm run demo`: the main job with nothing configured. A Redis of its own, a simulated CRM, the real service as
 * its own process, sample calls; then what arrived in the CRM, and how many requests it took.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isOperatorError } from '../../src/operator-error.ts';
import { DEMO_HELP, demoArguments } from './arguments.ts';
import { runDemo } from './run-demo.ts';

/** As a shell reports a program that Ctrl-C has ended. */
const INTERRUPTED = 130;
const SIGNAL_MS = 50;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // npm hands on the signal that the terminal has sent to all already: a second one may be the same.
  process.on(signal, () => stop.abort(new Error(signal)));
}

async function main(args: readonly string[]): Promise<number> {
  const options = demoArguments(args);
  if (options.help) {
    say(DEMO_HELP);
    return 0;
  }
  const { REDIS_URL: redisUrl, PORT: port, PATH: path, COMMAND_PREFIX: commandPrefix } = process.env;
  try {
    await runDemo(options, { redisUrl, port, path, commandPrefix }, say, stop.signal);
  } catch (error) {
    // A signal that has ended a child may reach the child first.
    await delay(SIGNAL_MS);
    if (!stop.signal.aborted) throw error;
    say('Stopped; nothing is left running.');
    return options.keep ? 0 : INTERRUPTED;
  }
  return 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(isOperatorError(error) ? error.message : error.stack);
    process.exit(isOperatorError(error) ? (error.exitCode ?? 1) : 1);
  },
);
