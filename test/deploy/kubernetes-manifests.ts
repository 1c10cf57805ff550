/** The manifests of deploy/kubernetes, as `kubectl apply -k` sends them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { findOrInstall, type SystemProgram } from '../system-program.ts';
import type { Manifest } from './kubernetes-schemas.ts';

const FOLDER = new URL('../../deploy/kubernetes/', import.meta.url);

export const KUBECTL: SystemProgram = {
  name: 'kubectl',
  binaries: ['kubectl'],
  versionArguments: ['version', '--client'],
  packages: {
    'apt-get': 'kubernetes-client',
    apk: 'kubectl',
    dnf: 'kubernetes-client',
    brew: 'kubernetes-cli',
  },
  otherwise: 'Install kubectl 1.20 or later (Debian: apt-get install kubernetes-client).',
};

/** Needs no cluster. */
export function renderManifests(): readonly Manifest[] {
  const kubectl = findOrInstall(KUBECTL);
  const { status, stdout, stderr } = spawnSync(kubectl, ['kustomize', fileURLToPath(FOLDER)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`kubectl kustomize: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

export function readManifest(name: string): Manifest {
  return parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Manifest;
}
