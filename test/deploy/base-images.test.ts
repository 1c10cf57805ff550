/** Releases are built from base images by digest, and what they hold is listed in the image. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string) => readFileSync(at(path), 'utf8');

const PINNED = /^(node|redis):([\w.-]+)@(sha256:[0-9a-f]{64})$/;
const pins = [...read('deploy/base-images/Dockerfile').matchAll(/^FROM (\S+)$/gm)].map(([, image]) => image!);

/** What is wrong with a list of pins: not one digest for each base, or another tag than the defaults. */
function wrongPins(images: readonly string[]): readonly string[] {
  const defaults = new Map([
    ['node', /^ARG NODE_IMAGE=node:(\S+)$/m.exec(read('Dockerfile'))![1]!],
    ['redis', /REDIS_IMAGE:-redis:([\w.-]+)\}/.exec(read('docker-compose.yml'))![1]!],
  ]);
  const found = images.map((image) => PINNED.exec(image));
  const names = found.map((match) => match?.[1]);
  return [
    ...images.filter((_, index) => !found[index]).map((image) => `${image}: no digest`),
    ...[...defaults.keys()].filter((name) => !names.includes(name)).map((name) => `${name}: not pinned`),
    ...found.flatMap((match) =>
      match && defaults.get(match[1]!) !== match[2]
        ? [`${match[1]}: ${match[2]} is not the default tag`]
        : [],
    ),
  ];
}

test('every base image is pinned by digest, under the tag that is the default everywhere', () => {
  expect(wrongPins(pins)).toEqual([]);
  for (const path of ['deploy/demo/Dockerfile', 'deploy/proxy/Dockerfile'])
    expect(/^ARG NODE_IMAGE=(\S+)$/m.exec(read(path))?.[1]).toBe(pins[0]!.split('@')[0]);
  const composed = [...read('docker-compose.yml').matchAll(/\$\{NODE_IMAGE:-([^}]+)\}/g)];
  expect(new Set(composed.map(([, image]) => image))).toEqual(new Set([pins[0]!.split('@')[0]]));
});

test.each([
  [
    ['node:24-bookworm-slim', pins[1]!],
    ['node:24-bookworm-slim: no digest', 'node: not pinned'],
  ],
  [[pins[0]!], ['redis: not pinned']],
  [
    [pins[0]!.slice(0, -1), pins[1]!],
    [expect.stringContaining('no digest'), 'node: not pinned'],
  ],
  [[pins[0]!.replace('24', '26'), pins[1]!], ['node: 26-bookworm-slim is not the default tag']],
])('%j is found', (images, expected) => {
  expect(wrongPins(images)).toEqual(expected);
});

test('deploy/pinned-images prints them as variables for compose', () => {
  const lines = execFileSync(at('deploy/pinned-images'), { encoding: 'utf8' }).trim().split('\n');
  expect(lines).toEqual([`NODE_IMAGE=${pins[0]}`, `REDIS_IMAGE=${pins[1]}`]);
});

test('deploy/build-release builds from them, tagged and labelled with the version', () => {
  const bin = mkdtempSync(join(tmpdir(), 'release-'));
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  chmodSync(join(bin, 'docker'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const built = execFileSync(at('deploy/build-release'), ['registry.example.com/sync', '--pull'], {
    env,
    encoding: 'utf8',
  }).split('\n');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(built).toEqual(
    expect.arrayContaining([
      `registry.example.com/sync:${version}`,
      `NODE_IMAGE=${pins[0]}`,
      `VERSION=${version}`,
      expect.stringMatching(/^REVISION=/),
      '--pull',
    ]),
  );
});

test('the image keeps a list of its packages at the path that its label names', () => {
  const dockerfile = read('Dockerfile');
  // After the installation, in its stage: what is there is what the image gets.
  expect(dockerfile).toMatch(
    /npm ci --omit=dev [\s\S]*^RUN npm pkg delete devDependencies && npm sbom .* > sbom\.cdx\.json$[\s\S]*^FROM/m,
  );
  expect(dockerfile).toMatch(/^COPY --from=dependencies \/app\/sbom\.cdx\.json \.\/$/m);
  expect(dockerfile).toContain('io.altur.crm-sync.sbom="/app/sbom.cdx.json"');
  expect(dockerfile).toMatch(/image\.base\.name="\$\{NODE_IMAGE\}"/);
});

test('dependencies, base images and actions are looked after every week, grouped', () => {
  const { version, updates } = parse(read('.github/dependabot.yml')) as {
    version: number;
    updates: readonly { 'package-ecosystem': string; schedule: { interval: string }; groups?: object }[];
  };
  expect(version).toBe(2);
  expect(updates.map((each) => each['package-ecosystem'])).toEqual(
    expect.arrayContaining(['npm', 'docker', 'github-actions']),
  );
  for (const { schedule, groups } of updates) {
    expect(schedule.interval).toBe('weekly');
    expect(Object.keys(groups ?? {}).length).toBeGreaterThan(0);
  }
});
