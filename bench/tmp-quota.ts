import { startProcess as startSimulator } from '../test/simulators/kit/simulator-process.ts';
import { range } from './events.ts';
import { Load } from './load.ts';
const app = 8;
const simulator = await startSimulator('../hubspot/main.ts', [JSON.stringify({ provisioned: true, lagMs: 0, latencyMs: 100, limits: { app, associations: app, search: 5 } })]);
const { url, token } = JSON.parse(simulator.readyLine);
const load = await Load.open({ CRM_CONNECTOR: 'hubspot', HUBSPOT_API_URL: url, HUBSPOT_ACCESS_TOKEN: token });
try {
  await load.put(range(1500, 0, 300));
  const d = await load.drainSteadily(1500, 2, 20_000);
  console.log(JSON.stringify(d, null, 1));
} finally { await load.close(); await simulator.stop(); }
process.exit(0);
