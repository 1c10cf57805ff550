/** Programs the tests need that npm does not have: taken from the PATH, else installed by the system. */
import { spawnSync } from 'node:child_process';

export interface SystemProgram {
  readonly name: string;
  /** Names or paths under which it may be there already. */
  readonly binaries: readonly string[];
  /** With which each of them ends well; `--version` by default. */
  readonly versionArguments?: readonly string[];
  /** By package manager. */
  readonly packages: Readonly<Record<Manager, string>>;
  /** The fix where it can be neither found nor installed. */
  readonly otherwise: string;
}

type Manager = keyof typeof INSTALL;

const INSTALL = {
  'apt-get': 'apt-get update -qq && apt-get install -y -qq --no-install-recommends',
  apk: 'apk add --no-cache',
  dnf: 'dnf install -y',
  brew: 'brew install',
};

/** The path it is run by. Throws with what to do. */
export function findOrInstall(program: SystemProgram): string {
  const found = find(program);
  if (found !== undefined) return found;
  for (const [manager, install] of Object.entries(INSTALL)) {
    if (spawnSync(manager, ['--version']).status !== 0) continue;
    const command = `${install} ${program.packages[manager as Manager]}`;
    console.error(`No ${program.name} on the PATH: installing it (${command})`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('sh', ['-c', command], { stdio: ['ignore', 2, 2], env });
    const installed = find(program);
    if (installed !== undefined) return installed;
  }
  throw new Error(`No ${program.name} found and it could not be installed. ${program.otherwise}`);
}

function find({ binaries, versionArguments = ['--version'] }: SystemProgram): string | undefined {
  const binary = binaries.find((each) => isRunnable(each, versionArguments));
  return binary && spawnSync('sh', ['-c', 'command -v "$0"', binary]).stdout.toString().trim();
}

/** Throws when it was interrupted, as by Ctrl-C: that is no reason to install it. */
function isRunnable(binary: string, versionArguments: readonly string[]): boolean {
  const { status, signal } = spawnSync(binary, versionArguments);
  if (signal !== null) throw new Error(`${binary} was ended by ${signal}`);
  return status === 0;
}
