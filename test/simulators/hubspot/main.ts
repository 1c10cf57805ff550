/**
 * The simulator as a process: `node test/simulators/hubspot/main.ts '{"port":4000,"provisioned":true}'`.
 * Prints `{"url":…,"token":…}` on one line when it is ready.
 */
import { runUntilSignal } from '../kit/simulator-process.ts';
import { type HubSpotOptions, startHubSpot } from './hubspot.ts';

const simulator = await startHubSpot(JSON.parse(process.argv[2] ?? '{}') as HubSpotOptions);
runUntilSignal(simulator, JSON.stringify({ url: simulator.url, token: simulator.token }));
