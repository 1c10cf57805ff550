/** An account for each test, and a client that has its key. */
import { startEachTest } from '../kit/each-test.ts';
import { jsonClient, type Reply } from '../kit/json-client.ts';
import { type AlturOptions, startAltur } from './altur.ts';
import type { AlturSimulator } from './altur-simulator.ts';

export interface SimulatedAccount {
  readonly sim: AlturSimulator;
  /** `path` follows `/api/v1.0`. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
}

export function accountEachTest(options: AlturOptions = {}): SimulatedAccount {
  const started = startEachTest(() => startAltur(options));
  return {
    get sim() {
      return started();
    },
    get: (path, headers) =>
      jsonClient(started().apiUrl)('GET', path, undefined, { ...authorization(started()), ...headers }),
  };
}

export function authorization({ apiKey }: AlturSimulator): Record<string, string> {
  return { Authorization: `api-key ${apiKey}` };
}
