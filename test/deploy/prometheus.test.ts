/** The files of deploy/ with a real Prometheus that scrapes real processes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { anyCall } from '../calls.ts';
import { rejectedCall } from '../e2e/rejected-call.ts';
import { deliver, until } from '../e2e/service-process.ts';
import { Deployment } from '../faults/deployment.ts';
import { type PrometheusServer, promtool, startPrometheus } from '../prometheus-server.ts';
import { startRedis } from '../redis-server.ts';
import { metricsIn, panelQueries } from './grafana-dashboard.ts';

const JOB = 'altur-crm-sync';
const pathOf = (name: string) => fileURLToPath(new URL(`../../deploy/prometheus/${name}`, import.meta.url));
const readYaml = (name: string) => parse(readFileSync(pathOf(name), 'utf8'));

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly cause?: string };
}

const rules: readonly Rule[] = readYaml('alerts.yml').groups[0].rules;
const ruleTests = readFileSync(pathOf('alerts.test.yml'), 'utf8');
/** What a healthy half minute does not show. */
const WITHOUT_SAMPLES = ['Skipped fields of the selected time'];

const deployment = new Deployment();
let prometheus: PrometheusServer;

/** A call is written, one becomes a dead letter, the CRM fails once, and a delivery is refused. */
beforeAll(async () => {
  await deployment.open();
  const redis = await deployment.using(startRedis({ maxmemory: '64mb' }));
  const [ingress, worker] = await Promise.all([
    deployment.start('ingress', redis.url),
    deployment.start('worker', redis.url),
  ]);
  const rejection = rejectedCall(anyCall(1).id, 'Property values were not valid');
  deployment.crm.fault({ ...rejection, times: 1 });
  await deliver(ingress.url, anyCall(1));
  const hasDeadLetter = () => worker.log.some(({ message }) => message === 'call is a dead letter');
  await until(hasDeadLetter, 'the call is a dead letter');
  deployment.crm.fault({ kind: 'status', status: 503, method: 'POST', times: 1 });
  await deployment.accept(ingress.url, [anyCall(2), anyCall(2)]);
  await deployment.written(1);

  const config = readYaml('prometheus.yml');
  const targets = [ingress.url, worker.url].map((url) => new URL(url).host);
  const [{ dns_sd_configs: _, ...scrape }] = config.scrape_configs;
  prometheus = await deployment.using(
    startPrometheus({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [pathOf('alerts.yml')],
      scrape_configs: [{ ...scrape, static_configs: [{ targets }] }],
    }),
  );
  const scraped = 'min(count_over_time(altur_build_info[1m])) > 3 and on () sum(altur_alerts_total) > 0';
  await until(
    async () => (await samples(scraped)).length > 0,
    'the alert is scraped, and all else several times',
  );
});
afterAll(() => deployment.close());

async function samples(query: string): Promise<readonly unknown[]> {
  return (await prometheus.read<{ result: readonly unknown[] }>('query', { query })).result;
}

async function exposedMetrics(): Promise<ReadonlySet<string>> {
  const families = await prometheus.read<Record<string, readonly { readonly type: string }[]>>('metadata');
  return new Set(
    Object.entries(families).flatMap(([name, [family]]) =>
      family?.type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
    ),
  );
}

test('promtool accepts the configuration and the rules', () => {
  expect(promtool('check', 'config', '--lint=all', '--lint-fatal', pathOf('prometheus.yml'))).toContain(
    'SUCCESS',
  );
});

test('each rule fires when it should, and no other one does then', () => {
  expect(promtool('test', 'rules', pathOf('alerts.test.yml'))).toContain('SUCCESS');
  const untested = rules.filter(({ alert }) => !ruleTests.includes(`alertname="${alert}"`));
  expect(untested).toEqual([]);
});

test('every cause of an alert has a rule, and every rule a cause', () => {
  const page = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
  const causes = [...page.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, cause]) => cause);
  expect(causes).toHaveLength(11);
  expect(rules.flatMap(({ labels }) => labels.cause ?? []).toSorted()).toEqual(causes.toSorted());
});

test('both processes are scraped', async () => {
  expect(await samples(`up{job="${JOB}"} == 1`)).toHaveLength(2);
});

test('rules and dashboard read only metrics that the service has', async () => {
  const exposed = await exposedMetrics();
  const read = [...rules, ...panelQueries(JOB)].flatMap(({ expr }) => metricsIn(expr));
  expect(read.length).toBeGreaterThan(30);
  expect([...new Set(read)].filter((name) => !exposed.has(name))).toEqual([]);
});

test.each(panelQueries(JOB))('the dashboard shows $title: $expr', async ({ title, expr }) => {
  const isEmpty = (await samples(expr)).length === 0;
  expect(isEmpty).toBe(WITHOUT_SAMPLES.includes(title));
});

test('the rules are evaluated without an error, and the dead letter alone is an alert', async () => {
  const { groups } = await prometheus.read<{ groups: readonly { rules: readonly RuleState[] }[] }>('rules');
  const states = groups.flatMap((group) => group.rules);
  expect(states).toHaveLength(rules.length);
  expect(states.filter(({ health }) => health !== 'ok')).toEqual([]);
  expect(states.filter(({ state }) => state === 'firing').map(({ name }) => name)).toEqual([
    'AlturDeadLetters',
  ]);
});

interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly state: string;
}
