/**
 * The simulator as a process: `node test/simulators/altur/main.ts '{"port":4000,"seed":{"campaigns":[{"calls":100}]}}'`.
 * Prints `{"url":…,"apiUrl":…,"apiKey":…,"storageUrl":…}` on one line when it is ready.
 */
import { runUntilSignal } from '../kit/simulator-process.ts';
import { type AlturOptions, startAltur } from './altur.ts';

const simulator = await startAltur(JSON.parse(process.argv[2] ?? '{}') as AlturOptions);
const { url, apiUrl, apiKey, storage } = simulator;
runUntilSignal(simulator, JSON.stringify({ url, apiUrl, apiKey, storageUrl: storage.url }));
