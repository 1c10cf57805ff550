/** `node test/simulators/salesforce/main.ts [--port 4000] [--provisioned] [--latency 50] [--daily-limit 15000]` */
import { parseArgs } from 'node:util';
import { startSalesforce } from './salesforce.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    provisioned: { type: 'boolean', default: false },
    latency: { type: 'string', default: '0' },
    'daily-limit': { type: 'string', default: '100000' },
  },
});

const sim = await startSalesforce({
  port: Number(values.port),
  provisioned: values.provisioned,
  settings: { latencyMs: Number(values.latency), dailyLimit: Number(values['daily-limit']) },
});
console.log(sim.url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sim.close());
