/** Every command that the documents tell people to type exists, with the services, profiles and files it names. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');
const DOCUMENTS = [
  'README.md',
  'docs/deployment.md',
  '.env.example',
  'docker-compose.yml',
  'examples/compose.env',
  'config/README.md',
  'deploy/README.md',
  'Dockerfile',
];

const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, { profiles?: string[] }>;
};
const profiles = new Set(Object.values(services).flatMap((service) => service.profiles ?? []));
const commands = new Set(
  [...read('src/commands/command-list.ts').matchAll(/^ {4}usage: '(\w+)/gm)].map(([, name]) => name!),
);
const COMPOSE_COMMANDS =
  'up|down|run|exec|logs|ps|restart|stop|start|build|pull|config|kill|images|rm|pause|unpause';

/** What is typed after `program`, up to the end of the code, the line or the column. */
function typed(program: string, text: string): string[] {
  const pattern = new RegExp(String.raw`(?<![\w./-])${program} ([^\n\`|#;&)]*)`, 'g');
  return [...text.matchAll(pattern)].map(([, words]) => words!.split(/ {2,}/)[0]!.trim());
}

test('the lists that the documents are compared with are not empty', () => {
  expect([...profiles].toSorted()).toEqual(['demo', 'tls']);
  expect(commands).toContain('doctor');
  expect(typed('docker-compose', read('docs/deployment.md')).length).toBeGreaterThan(15);
});

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  test('names commands of Compose with services and profiles that exist', () => {
    for (const words of typed('docker-compose', text)) {
      const command = new RegExp(String.raw`^((?:(?:--profile|-f) \S+ )*)(${COMPOSE_COMMANDS})\b(.*)$`).exec(
        words,
      );
      // A sentence about the program, not a command.
      if (!command) {
        expect(words).not.toMatch(/^-|--/);
        continue;
      }
      const [, options = '', verb, rest = ''] = command;
      for (const [, profile] of options.matchAll(/--profile (\S+)/g))
        expect([...profiles]).toContain(profile);
      for (const [, path] of options.matchAll(/-f (\S+)/g)) expect(existsSync(at(path!))).toBe(true);
      for (const [, service] of rest.matchAll(/--scale (\w+)=/g))
        expect(Object.keys(services)).toContain(service);
      const [service, inner] = rest
        .replace(/--(scale|tail|rmi) \S+/g, '')
        .split(/\s+/)
        .filter((word) => /^[a-z…]/.test(word));
      if (service) expect([words, Object.keys(services)]).toEqual([words, expect.arrayContaining([service])]);
      if (verb === 'run' && inner && inner !== '…') expect([...commands]).toContain(inner);
    }
  });

  test('names commands of this program that exist', () => {
    const prefixes = ['npx altur-crm-sync', 'altur-crm-sync', 'npm start --'];
    for (const words of prefixes.flatMap((prefix) => typed(prefix, text))) {
      const [name = ''] = words.split(/\s+/);
      const known = [...commands, 'ingress', 'worker'];
      if (/^[a-z]+$/.test(name) && text.includes(`\`altur-crm-sync ${name}`)) expect(known).toContain(name);
    }
  });

  test('names files that exist', () => {
    const found = text.matchAll(/(?<![\w./-])(?:examples|deploy|docs|src|connectors)\/[\w./-]*\w/g);
    // What Git ignores, people make themselves; `kubectl` abbreviates Deployment as `deploy/`.
    const others = [
      ...read('.gitignore').split('\n'),
      'deploy/altur-crm-sync-worker',
      'deploy/altur-crm-sync-ingress',
    ];
    const paths = [...found].map(([path]) => path).filter((path) => !others.includes(path));
    for (const path of paths) expect([path, existsSync(at(path))]).toEqual([path, true]);
  });
});
