/**
 * Validates manifests against the published schemas of Kubernetes and KEDA. `kubernetes-models` holds them twice: as
 * validators, which know formats and required fields but ignore fields they do not know, and as types, by which tsc finds
 * exactly those. So both are asked.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is what is validated
  readonly [field: string]: any;
}

export type Labels = Readonly<Record<string, string>>;

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const OPTIONS = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
const ERROR = /^(\d+)\.mts\([\d,]+\): error (.*)$/;

/** What is wrong with each manifest, in their order. */
export async function schemaErrors(manifests: readonly Manifest[]): Promise<readonly (readonly string[])[]> {
  const byTypes = typeErrors(manifests);
  const byValidators = await Promise.all(manifests.map(validatorErrors));
  return manifests.map((_, index) => [...byTypes[index]!, ...byValidators[index]!]);
}

/** Where a schema of this version and kind would be. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  const root = apiVersion.startsWith('keda.sh/') ? '@kubernetes-models/keda' : 'kubernetes-models';
  return `${root}/${apiVersion}/${kind}`;
}

function typeErrors(manifests: readonly Manifest[]): readonly (readonly string[])[] {
  const folder = mkdtempSync(join(tmpdir(), 'altur-manifests-'));
  try {
    symlinkSync(NODE_MODULES, join(folder, 'node_modules'));
    const files = manifests.map((manifest, index) => {
      const type = `I${manifest.kind}`;
      const source = [
        `import type { ${type} } from ${JSON.stringify(moduleOf(manifest))};`,
        `export const manifest: ${type} = ${JSON.stringify(manifest, null, 1)};`,
      ];
      writeFileSync(join(folder, `${index}.mts`), source.join('\n'));
      return `${index}.mts`;
    });
    const tsc = join(NODE_MODULES, '.bin', 'tsc');
    const { status, stdout } = spawnSync(tsc, [...OPTIONS, ...files], { cwd: folder, encoding: 'utf8' });
    const errors = manifests.map((): string[] => []);
    for (const line of stdout.split('\n')) {
      const [, index, message] = ERROR.exec(line) ?? [];
      if (index !== undefined) errors[Number(index)]!.push(message!);
    }
    // An error that is about no manifest is one of this check.
    if (status !== 0 && errors.flat().length === 0) throw new Error(`tsc ended with ${status}: ${stdout}`);
    return errors;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function validatorErrors(manifest: Manifest): Promise<readonly string[]> {
  try {
    const models = (await import(moduleOf(manifest))) as Record<
      string,
      new (
        data: Manifest,
      ) => { validate(): void }
    >;
    new models[manifest.kind]!(manifest).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
