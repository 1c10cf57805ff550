/** The manifests of deploy/kubernetes against the published schemas, and that these find mistakes. */
import { expect, test } from '@jest/globals';
import { readManifest, renderManifests } from './kubernetes-manifests.ts';
import { type Manifest, schemaErrors } from './kubernetes-schemas.ts';

const manifests = [...renderManifests(), readManifest('secret.example.yaml')];
const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;

test('every manifest is valid', async () => {
  const errors = await schemaErrors(manifests);
  expect(manifests.map((manifest, index) => [nameOf(manifest), errors[index]])).toEqual(
    manifests.map((manifest) => [nameOf(manifest), []]),
  );
  expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
    'ConfigMap',
    'ConfigMap',
    'Deployment',
    'Deployment',
    'HorizontalPodAutoscaler',
    'Ingress',
    'Ingress',
    'Namespace',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'PodDisruptionBudget',
    'ScaledObject',
    'Secret',
    'Service',
    'ServiceAccount',
  ]);
});

/** Breaks one thing of a copy. */
function broken(kind: string, breakIt: (manifest: Manifest) => void): Manifest {
  const copy = structuredClone(manifests.find((each) => each.kind === kind)!);
  breakIt(copy);
  return copy;
}

const podSpec = ({ spec }: Manifest) => spec.template.spec;

const MISTAKES: readonly (readonly [string, Manifest, RegExp])[] = [
  [
    'a misspelt field of a container',
    broken('Deployment', (each) => {
      podSpec(each).containers[0].livenesProbe = podSpec(each).containers[0].livenessProbe;
    }),
    /livenesProbe/,
  ],
  [
    'a misspelt field of a pod',
    broken('Deployment', (each) => {
      podSpec(each).terminationGracePeriod = 40;
    }),
    /terminationGracePeriod/,
  ],
  [
    'an apiVersion that is gone',
    broken('PodDisruptionBudget', (each) => Object.assign(each, { apiVersion: 'policy/v1beta9' })),
    /policy\/v1beta9/,
  ],
  [
    'the apiVersion of another kind',
    broken('HorizontalPodAutoscaler', (each) => Object.assign(each, { apiVersion: 'apps/v1' })),
    /apps\/v1\/HorizontalPodAutoscaler/,
  ],
  [
    'a text where a number belongs',
    broken('HorizontalPodAutoscaler', (each) => {
      each.spec.minReplicas = '2';
    }),
    /string.*number|integer/,
  ],
  [
    'a number where a text belongs, as in an unquoted value of a variable',
    broken('ConfigMap', (each) => {
      each.data.PORT = 3000;
    }),
    /number.*string|string/,
  ],
  [
    'a fraction where a whole number belongs',
    broken('Deployment', (each) => {
      podSpec(each).terminationGracePeriodSeconds = 0.5;
    }),
    /integer|terminationGracePeriodSeconds/,
  ],
  [
    'a required field that is missing',
    broken('Ingress', (each) => {
      delete each.spec.rules[0].http.paths[0].pathType;
    }),
    /pathType/,
  ],
  [
    'a misspelt field of KEDA',
    broken('ScaledObject', (each) => {
      each.spec.maxReplicas = 3;
    }),
    /maxReplicas/,
  ],
  [
    'a number in the metadata of a trigger of KEDA',
    broken('ScaledObject', (each) => {
      each.spec.triggers[0].metadata.targetValue = 2000;
    }),
    /string/,
  ],
  [
    'a text for a number of KEDA',
    broken('ScaledObject', (each) => {
      each.spec.fallback.replicas = '2';
    }),
    /string.*number|integer/,
  ],
  [
    'a wrong apiVersion of KEDA',
    broken('ScaledObject', (each) => Object.assign(each, { apiVersion: 'keda.sh/v1' })),
    /keda\.sh\/v1/,
  ],
];

test('each of these mistakes is found', async () => {
  const errors = await schemaErrors(MISTAKES.map(([, manifest]) => manifest));
  for (const [index, [what, , expected]] of MISTAKES.entries()) {
    expect([what, errors[index]!.join('\n')]).toEqual([what, expect.stringMatching(expected)]);
  }
});
