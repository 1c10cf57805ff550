import { afterEach, expect, test } from '@jest/globals';
import { commandLine, startLine, typeCommandsAs } from '../../connectors/command-line.ts';

afterEach(() => typeCommandsAs('altur-crm-sync'));

test.each(['docker-compose', 'docker compose', 'sudo docker compose -p calls'])(
  'beside %s a worker is started as a service, and other commands are run',
  (compose) => {
    typeCommandsAs(`${compose} run --rm worker`);
    expect(startLine('worker')).toBe(`${compose} up -d worker`);
    expect(commandLine('failed', 'list')).toBe(`${compose} run --rm worker failed list`);
  },
);

test('elsewhere a worker is started by the command itself', () => {
  typeCommandsAs('npx altur-crm-sync');
  expect(startLine('worker')).toBe('npx altur-crm-sync start worker');
});

test('on Kubernetes the deployments are restarted', () => {
  typeCommandsAs('kubectl -n calls exec -it deploy/altur-crm-sync-worker -- altur-crm-sync');
  expect(startLine('worker')).toBe('kubectl -n calls rollout restart deployment');
});
