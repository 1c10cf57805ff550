/**
 * The simulator as a process of its own: `node test/simulators/hubspot/main.ts '{"port":4000,"provisioned":true}'`.
 * Prints `{"url":…,"token":…}` on one line when it is ready.
 */
import { type HubSpotOptions, startHubSpot } from './hubspot.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as HubSpotOptions;
const simulator = await startHubSpot(options);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
process.stdout.write(`${JSON.stringify({ url: simulator.url, token: simulator.token })}\n`);
