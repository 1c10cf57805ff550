/** What the proxies of deploy/ let through, and how long they wait. Their own programs are not there in every test run. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readManifest } from './kubernetes-manifests.ts';

const file = (name: string) => readFileSync(new URL(`../../deploy/proxy/${name}`, import.meta.url), 'utf8');
const [caddy, haproxy] = [file('Caddyfile'), file('haproxy.cfg')];

/** The lines of a section of haproxy.cfg. */
function section(name: string): string[] {
  const [, body] = new RegExp(`^${name}\\n((?:\\t.*\\n)+)`, 'm').exec(haproxy) ?? [];
  return body!.split('\n').map((line) => line.trim());
}

test('Caddy sends recordings to the frontend of their own, and nothing else there', () => {
  const [, port] = /handle \/recordings\/\* \{\s+reverse_proxy balancer:(\d+)/.exec(caddy) ?? [];
  expect(section('frontend recordings')).toContain(`bind :${port}`);
  expect(section('frontend recordings')).toContain('http-request deny unless { path_beg /recordings/ }');
  expect(caddy.split(`balancer:${port}`)).toHaveLength(2);
});

test('a listener may pause for longer than the service lets a stream stall', () => {
  const STALLED_S = 120;
  const seconds = [
    ...section('frontend recordings')
      .join('\n')
      .matchAll(/timeout client (\d+)s/g),
    ...section('backend ingresses')
      .join('\n')
      .matchAll(/set-timeout server (\d+)s if \{ path_beg \/recordings\/ \}/g),
  ].map(([, text]) => Number(text));
  expect(seconds).toHaveLength(2);
  const { annotations } = readManifest('public-recordings.yaml').metadata;
  for (const name of ['proxy-read-timeout', 'proxy-send-timeout'])
    seconds.push(Number(annotations![`nginx.ingress.kubernetes.io/${name}`]));
  for (const each of seconds) expect(each).toBeGreaterThan(STALLED_S);
});

test('listeners never take all connections', () => {
  const most = (name: string) => Number(/maxconn (\d+)/.exec(section(name).join())![1]);
  expect(most('frontend recordings')).toBeLessThan(most('global'));
});

test('the webhook keeps its own times', () => {
  expect(section('defaults')).toEqual(
    expect.arrayContaining(['timeout client 30s', 'timeout server 30s', 'timeout http-request 15s']),
  );
  expect(section('frontend http').join()).not.toContain('timeout');
});
