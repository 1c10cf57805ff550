/** What schemas do not see: whether the manifests of deploy/kubernetes fit together, and fit the service. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { connectors } from '../../connectors/index.ts';
import { settingNames } from '../../src/config/chosen-connector.ts';
import { variableNames } from '../../src/config/variables.ts';
import { WEBHOOK_PATH } from '../../src/ingress/webhook.ts';
import { loadMapping } from '../../src/mapping/load.ts';
import { readVersion } from '../../src/version.ts';
import { readManifest, renderManifests } from './kubernetes-manifests.ts';
import type { Labels, Manifest } from './kubernetes-schemas.ts';

const manifests = renderManifests();
const secret = readManifest('secret.example.yaml');
const of = (kind: string) => manifests.filter((each) => each.kind === kind);
const one = (kind: string) => {
  const [only, ...others] = of(kind);
  expect(others).toEqual([]);
  return only!;
};
const names = (kind: string) => of(kind).map(({ metadata }) => metadata.name);
const settings = of('ConfigMap').find(({ metadata }) => metadata.name.includes('settings'))!;
const deployments = of('Deployment');
const podOf = ({ spec }: Manifest) => spec.template.spec;
const containerOf = (deployment: Manifest) => podOf(deployment).containers[0];

/** The Deployments whose pods have these labels. */
function selected(selector: Labels): string[] {
  const matches = (labels: Labels) => Object.entries(selector).every(([key, value]) => labels[key] === value);
  expect(Object.keys(selector).length).toBeGreaterThan(0);
  return deployments
    .filter(({ spec }) => matches(spec.template.metadata.labels))
    .map(({ metadata }) => metadata.name);
}

test('there is an ingress and a worker, each started in its role from the image of this version', () => {
  const started = deployments.map((each) => [
    each.metadata.name,
    containerOf(each).image,
    containerOf(each).args,
  ]);
  const image = `registry.example.com/altur-crm-sync:${readVersion()}`;
  expect(started).toEqual([
    ['altur-crm-sync-ingress', image, ['start', 'ingress']],
    ['altur-crm-sync-worker', image, ['start', 'worker']],
  ]);
});

test('each selector selects the pods of the Deployment that it is named after, and no others', () => {
  for (const { metadata, spec } of deployments) {
    expect(selected(spec.selector.matchLabels)).toEqual([metadata.name]);
    for (const { labelSelector } of spec.template.spec.topologySpreadConstraints) {
      expect(selected(labelSelector.matchLabels)).toEqual([metadata.name]);
    }
  }
  for (const { metadata, spec } of of('Service')) expect(selected(spec.selector)).toEqual([metadata.name]);
  for (const { metadata, spec } of of('PodDisruptionBudget')) {
    expect(selected(spec.selector.matchLabels)).toEqual([metadata.name]);
  }
  expect(names('PodDisruptionBudget').toSorted()).toEqual(names('Deployment').toSorted());
  const policy = one('NetworkPolicy');
  expect(selected(policy.spec.podSelector.matchLabels)).toEqual([policy.metadata.name]);
});

test('one autoscaler scales each Deployment, which says nothing of replicas itself', () => {
  const targets = [one('HorizontalPodAutoscaler'), one('ScaledObject')].map(
    ({ spec }) => spec.scaleTargetRef.name,
  );
  expect(targets.toSorted()).toEqual(names('Deployment').toSorted());
  for (const { spec } of deployments) expect(spec).not.toHaveProperty('replicas');
  // A worker is always alive, and the fallback is within the limits.
  const { minReplicaCount, maxReplicaCount, fallback, triggers } = one('ScaledObject').spec;
  // The fallback works with no other: https://keda.sh/docs/2.16/reference/scaledobject-spec/#fallback
  expect(triggers[0].metricType).toBe('AverageValue');
  expect(minReplicaCount).toBeGreaterThanOrEqual(1);
  expect(fallback.replicas).toBeGreaterThanOrEqual(minReplicaCount);
  expect(fallback.replicas).toBeLessThanOrEqual(maxReplicaCount);
});

test('docs/scaling.md describes the autoscaler as it is', () => {
  const page = readFileSync(new URL('../../docs/scaling.md', import.meta.url), 'utf8');
  const { maxReplicaCount, fallback, advanced, triggers } = one('ScaledObject').spec;
  const { stabilizationWindowSeconds } = advanced.horizontalPodAutoscalerConfig.behavior.scaleDown;
  const { targetValue, valueLocation } = triggers[0].metadata;
  expect([maxReplicaCount, fallback.replicas, stabilizationWindowSeconds]).toEqual([3, 2, 600]);
  expect(page).toContain(`More than ${Number(targetValue).toLocaleString('en')} waiting calls per worker`);
  expect(page).toContain(`\`${valueLocation}\``);
  expect(page).toMatch(/`maxReplicaCount` of the worker's autoscaler is\s+3,/);
  expect(page).toMatch(/ten quiet minutes end it.*\s+.*back to two workers/s);
});

test('a node can be drained also while there is one worker', () => {
  for (const { spec } of of('PodDisruptionBudget')) {
    expect(spec.maxUnavailable).toBe(1);
    // A worker is not ready while the CRM is down.
    expect(spec.unhealthyPodEvictionPolicy).toBe('AlwaysAllow');
  }
});

test('what a pod refers to is there', () => {
  const known = new Set([...manifests, secret].map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  for (const deployment of deployments) {
    const { serviceAccountName, volumes } = podOf(deployment);
    const { envFrom, volumeMounts, ports, ...container } = containerOf(deployment);
    const wanted = [
      `ServiceAccount ${serviceAccountName}`,
      ...envFrom.map(
        (each: { configMapRef?: { name: string }; secretRef?: { name: string } }) =>
          (each.configMapRef && `ConfigMap ${each.configMapRef.name}`) ?? `Secret ${each.secretRef!.name}`,
      ),
      ...volumes.map(({ configMap }: { configMap: { name: string } }) => `ConfigMap ${configMap.name}`),
    ];
    expect(wanted.filter((each) => !known.has(each))).toEqual([]);
    const volumeNames = volumes.map(({ name }: { name: string }) => name);
    for (const { name } of volumeMounts) expect(volumeNames).toContain(name);
    const portNames = ports.map(({ name }: { name: string }) => name);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      expect(portNames).toContain(container[probe].httpGet.port);
    }
    expect(`${ports[0].containerPort}`).toBe(settings.data.PORT);
  }
  for (const { metadata } of [...manifests, secret]) {
    expect(metadata.namespace ?? metadata.name).toBe(one('Namespace').metadata.name);
  }
});

test('every variable is one that the service knows', async () => {
  const definitions = await Promise.all(Object.values(connectors).map((load) => load()));
  // The entry point reads the prefix, and `send` the URL.
  const known = new Set([
    ...variableNames,
    ...definitions.flatMap(settingNames),
    'COMMAND_PREFIX',
    'INGRESS_URL',
  ]);
  const given = [...Object.keys(settings.data), ...Object.keys(secret.stringData)];
  expect(given.length).toBeGreaterThan(10);
  expect(given.filter((name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')))).toEqual([]);
  for (const deployment of deployments) expect(containerOf(deployment)).not.toHaveProperty('env');
});

test('commands are printed as they can be typed, for a Deployment in this namespace', () => {
  const [, namespace, deployment] =
    /^kubectl -n (\S+) exec -it deploy\/(\S+) -- altur-crm-sync$/.exec(settings.data.COMMAND_PREFIX) ?? [];
  expect(namespace).toBe(one('Namespace').metadata.name);
  expect(names('Deployment')).toContain(deployment);
  expect(settings.data.INGRESS_URL).toBe(`http://${one('Service').metadata.name}`);
});

test('the internet reaches the webhook, the dashboard and recordings alone, at the public URL, with TLS', () => {
  const host = new URL(settings.data.PUBLIC_URL).host;
  const paths = of('Ingress').flatMap(({ spec: { tls, rules } }) => {
    expect(tls.flatMap(({ hosts }: { hosts: string[] }) => hosts)).toEqual([host]);
    expect(rules).toHaveLength(1);
    expect(rules[0].host).toBe(host);
    return rules[0].http.paths;
  });
  expect(paths.map(({ path, pathType }: Record<string, string>) => [path, pathType])).toEqual([
    [WEBHOOK_PATH, 'Exact'],
    ['/dashboard', 'Prefix'],
    ['/recordings', 'Prefix'],
  ]);
  const { metadata, spec } = one('Service');
  for (const { backend } of paths) {
    expect(backend.service).toEqual({ name: metadata.name, port: { name: spec.ports[0].name } });
  }
});

test('pods run without rights, on a read-only file system, and without names of other services', () => {
  for (const deployment of deployments) {
    const pod = podOf(deployment);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(containerOf(deployment).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  }
});

test('a pod has the time that a stop may take', () => {
  const LONGEST_STOP_S = 25;
  for (const deployment of deployments) {
    const [, seconds = '0'] = containerOf(deployment).lifecycle?.preStop.exec.command ?? [];
    const needed = Number(seconds) + LONGEST_STOP_S;
    expect(podOf(deployment).terminationGracePeriodSeconds).toBeGreaterThanOrEqual(needed + 5);
  }
});

test('the example secret is never applied by the kustomization, and Git ignores the real one', () => {
  expect(of('Secret')).toEqual([]);
  const ignored = readFileSync(new URL('../../.gitignore', import.meta.url), 'utf8').split('\n');
  expect(ignored).toContain('deploy/kubernetes/secret.yaml');
});

test('the example mapping is a mapping, and lies where the service looks for it', () => {
  const config = of('ConfigMap').find(({ metadata }) => metadata.name.includes('config'))!;
  expect(Object.keys(config.data)).toEqual(['mapping.yaml']);
  expect(loadMapping(config.data['mapping.yaml'], 'mapping.yaml')).toEqual({});
  for (const each of deployments) expect(containerOf(each).volumeMounts[0].mountPath).toBe('/app/config');
});
