/** The image: nothing keeps it from building on arm64, and its label names this version. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { BASE_ENVIRONMENT, HEAP_OPTIONS } from '../entry.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const dockerfile = read('Dockerfile');

interface Package {
  readonly integrity?: string;
  readonly dev?: boolean;
  /** Only an optional peer of a production dependency: `--omit=dev` leaves it in. */
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const packages = Object.entries(
  (JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> }).packages,
).filter(([path, { dev }]) => path !== '' && !dev);

test('no production dependency is for certain platforms only, unless it is optional', () => {
  expect(packages.length).toBeGreaterThan(100);
  const bound = packages.filter(([, { os, cpu, optional }]) => (os || cpu) && !optional);
  expect(bound.map(([path]) => path)).toEqual([]);
});

test('an optional one that has a build for x64 Linux has one for arm64 too', () => {
  const paths = packages.map(([path]) => path);
  const forX64 = packages.filter(([, { os, cpu }]) => os?.includes('linux') && cpu?.includes('x64'));
  expect(forX64.length).toBeGreaterThan(0);
  for (const [path] of forX64) expect(paths).toContain(path.replace(/x64$/, 'arm64'));
});

test('every package is installed by its checksum, on every platform', () => {
  const { packages: all } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Package> };
  const without = Object.entries(all).filter(([path, { integrity }]) => path !== '' && !integrity);
  expect(without.map(([path]) => path)).toEqual([]);
});

test('no install script runs, so nothing is compiled', () => {
  for (const path of ['Dockerfile', 'deploy/demo/Dockerfile']) {
    const installs = read(path)
      .split('\n')
      .filter((line) => line.includes('npm ci'));
    expect(installs).toEqual([expect.stringContaining('--omit=dev --ignore-scripts')]);
  }
});

test('no development dependency comes along as an optional peer', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: object };
  const development = new Set(Object.keys(devDependencies).map((name) => `node_modules/${name}`));
  const alongside = packages
    .filter(([path, { devOptional }]) => devOptional && development.has(path))
    .map(([path]) => path);
  expect(alongside).toEqual(['node_modules/typescript']);
  for (const path of ['Dockerfile', 'deploy/demo/Dockerfile'])
    for (const each of alongside) expect(read(path)).toMatch(new RegExp(`rm -r .*${each}`));
});

test('the default of its version label is the version of package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(/^ARG VERSION=(.*)$/m.exec(dockerfile)?.[1]).toBe(version);
});

test('every image is made from a base that a build argument can pin', () => {
  for (const path of ['Dockerfile', 'deploy/demo/Dockerfile', 'deploy/proxy/Dockerfile']) {
    const bases = [...read(path).matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(bases.length).toBeGreaterThan(0);
    for (const base of bases) expect(base).toMatch(/^\$\{NODE_IMAGE\}$/);
  }
});

test('the demo’s image starts what `npm run demo` starts', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: { demo: string } };
  const script = scripts.demo.split(' ').at(-1)!;
  expect(read('deploy/demo/Dockerfile')).toContain(`"${script}"]`);
});

test('it holds what Node has compiled, in a folder of the user that runs it', () => {
  const steps = [
    'NODE_COMPILE_CACHE=/app/compiled',
    'chown node compiled',
    'USER node',
    '"deploy/compile.ts"]',
  ];
  const places = steps.map((step) => dockerfile.indexOf(step));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(read('.dockerignore').split('\n')).toContain('!deploy/compile.ts');
});

test('every module can be loaded, and does nothing but that: the process ends by itself', async () => {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['deploy/compile.ts'], {
    cwd,
    env: BASE_ENVIRONMENT,
    timeout: 100_000,
  });
  expect([stdout, stderr]).toEqual(['', '']);
});

test('it limits memory as `npm start` does', () => {
  expect(dockerfile).toContain(`ENV NODE_OPTIONS="${HEAP_OPTIONS}"\n`);
});
