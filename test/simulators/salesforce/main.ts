/**
 * The simulator as a process:
 * `node test/simulators/salesforce/main.ts [--port 4000] [--provisioned] [--latency 50] [--daily-limit 15000] [--settings '{}']`.
 * Prints its URL on one line when it is ready.
 */
import { parseArgs } from 'node:util';
import { runUntilSignal } from '../kit/simulator-process.ts';
import { startSalesforce } from './salesforce.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    provisioned: { type: 'boolean', default: false },
    latency: { type: 'string', default: '0' },
    'daily-limit': { type: 'string', default: '100000' },
    settings: { type: 'string', default: '{}' },
  },
});

const simulator = await startSalesforce({
  port: Number(values.port),
  provisioned: values.provisioned,
  settings: {
    latencyMs: Number(values.latency),
    dailyLimit: Number(values['daily-limit']),
    ...JSON.parse(values.settings),
  },
});
runUntilSignal(simulator, simulator.url);
