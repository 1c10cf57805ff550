/** The requests by which another process drives a simulator, besides those of the scripted server. */
import type { Control } from './scripted-server.ts';

/** The keys that the records carry, each as often as there are records. */
export interface WrittenKeys {
  readonly calls: readonly string[];
  readonly people: readonly string[];
  /** How many calls are linked to exactly one person. */
  readonly linkedCalls: number;
}

export interface SimulatorControls {
  /** `GET /__state` answers it. */
  readonly state: () => object;
  /** `POST /__seed` adds records and answers their ids. */
  readonly seed: (body: unknown) => unknown;
  /** `POST /__settings` changes any of the vendor's settings and answers all. */
  readonly changeSettings: (body: unknown) => object;
  /** `GET /__written` answers it: of a hundred thousand calls, what fits into an answer. */
  readonly written?: () => WrittenKeys;
  /** `GET /__counts` answers it. */
  readonly counts?: () => Readonly<Record<keyof Pick<WrittenKeys, 'calls' | 'people'>, number>>;
  /** `POST /__<name>`, answered with `{}`. */
  readonly commands: Readonly<Record<string, (body: unknown) => void>>;
}

export function controlsOf(simulator: SimulatorControls): Record<string, Control> {
  const commands = Object.entries(simulator.commands).map(([name, run]): [string, Control] => [
    `POST /__${name}`,
    (body) => {
      run(body);
      return {};
    },
  ]);
  return {
    'GET /__state': simulator.state,
    ...(simulator.written && { 'GET /__written': simulator.written }),
    ...(simulator.counts && { 'GET /__counts': simulator.counts }),
    'POST /__seed': simulator.seed,
    'POST /__settings': simulator.changeSettings,
    ...Object.fromEntries(commands),
  };
}
