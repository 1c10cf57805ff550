/** The requests by which another process drives a simulator, besides those of the scripted server. */
import type { Control } from './scripted-server.ts';

export interface SimulatorControls {
  /** `GET /__state` answers it. */
  readonly state: () => object;
  /** `POST /__seed` adds records and answers their ids. */
  readonly seed: (body: unknown) => unknown;
  /** `POST /__settings` changes any of the vendor's settings and answers all. */
  readonly changeSettings: (body: unknown) => object;
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
    'POST /__seed': simulator.seed,
    'POST /__settings': simulator.changeSettings,
    ...Object.fromEntries(commands),
  };
}
