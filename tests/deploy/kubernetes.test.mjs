// The Kubernetes files of examples/deploy: references resolve, and every container is restricted and probed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { deploy, flags, root, variables } from './files.mjs';
import { documents, render } from './kustomize.mjs';

const folder = join(deploy, 'kubernetes');
const sets = {
  // The comment at the top of one-process.yaml applies these two.
  'one-process.yaml': [...documents(join(folder, 'one-process.yaml')), ...render(join(folder, 'redis'))],
  subgraphs: render(join(folder, 'subgraphs')),
};
const name = object => `${object.kind} ${object.metadata.name}`;
const matches = (selector, labels) => Object.entries(selector).every(([key, value]) => labels[key] === value);
const workloads = Object.entries(sets).flatMap(([set, objects]) =>
  objects.filter(object => object.spec.template).map(object => ({ set, objects, object, pod: object.spec.template })),
);

/** Returns the result of the real program, or null if it is not installed or older than the `labels` field. */
function kubectl(at) {
  try {
    const version = JSON.parse(execFileSync('kubectl', ['version', '--client', '--output=json'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    if (Number(version.kustomizeVersion?.match(/^v(\d+)/)?.[1] ?? 0) < 5) return null;
  } catch {
    return null;
  }
  return parseAllDocuments(execFileSync('kubectl', ['kustomize', at], { encoding: 'utf8' })).map(document => document.toJS());
}

test('the kustomizations render as kubectl renders them, where it is installed', async context => {
  for (const at of ['redis', 'subgraphs'].map(part => join(folder, part))) {
    const real = kubectl(at);
    if (!real) return context.skip('no kubectl with Kustomize 5');
    const own = render(at);
    assert.equal(own.length, real.length);
    for (const object of real) assert.ok(own.some(other => isDeepStrictEqual(other, object)), name(object));
  }
});

test('every object has a kind, an unused name and a known version', () => {
  const versions = { Deployment: 'apps/v1', Service: 'v1', PodDisruptionBudget: 'policy/v1' };
  for (const objects of Object.values(sets)) {
    for (const object of objects) {
      assert.equal(object.apiVersion, versions[object.kind], name(object));
      assert.match(object.metadata.name, /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
    }
    assert.equal(new Set(objects.map(name)).size, objects.length);
  }
});

test('every selector selects the pods of exactly one workload', () => {
  for (const objects of Object.values(sets)) {
    const pods = objects.filter(object => object.spec.template);
    for (const object of objects) {
      const selector = object.kind === 'Service' ? object.spec.selector : object.spec.selector.matchLabels;
      assert.notDeepEqual(selector, {}, name(object));
      const selected = pods.filter(pod => matches(selector, pod.spec.template.metadata.labels));
      assert.deepEqual(selected.map(pod => pod.metadata.name), [object.metadata.name], name(object));
    }
  }
});

test('every service and probe refers to a named port of the container', () => {
  for (const { objects, object, pod } of workloads) {
    const ports = pod.spec.containers.flatMap(container => container.ports.map(port => port.name));
    const service = objects.find(other => other.kind === 'Service' && other.metadata.name === object.metadata.name);
    for (const port of service.spec.ports) assert.ok(ports.includes(port.targetPort), name(service));
    for (const container of pod.spec.containers) {
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'].map(key => container[key]).filter(Boolean)) {
        const { httpGet, tcpSocket } = probe;
        assert.ok(container.ports.some(port => port.name === (httpGet ?? tcpSocket).port), name(object));
      }
    }
  }
});

test('every container has resources and probes, and is unprivileged', () => {
  assert.equal(workloads.length, 2 + 10);
  for (const { object, pod } of workloads) {
    const at = name(object);
    assert.equal(pod.spec.automountServiceAccountToken, false, at);
    assert.equal(pod.spec.securityContext.runAsNonRoot, true, at);
    assert.ok(pod.spec.securityContext.runAsUser > 0, at);
    assert.deepEqual(pod.spec.securityContext.seccompProfile, { type: 'RuntimeDefault' }, at);
    for (const container of pod.spec.containers) {
      const { resources, securityContext } = container;
      assert.ok(resources.requests.cpu && resources.requests.memory && resources.limits.memory, at);
      assert.ok(bytes(resources.requests.memory) <= bytes(resources.limits.memory), at);
      assert.deepEqual(
        securityContext,
        { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        at,
      );
      assert.ok(container.readinessProbe && container.livenessProbe, at);
      if (container.image.startsWith('lionrock:')) assert.ok(container.startupProbe, at);
    }
  }
});

test('every mount has a volume, every volume has a mount, and the only external object is the supergraph', () => {
  for (const { object, pod } of workloads) {
    const mounted = pod.spec.containers.flatMap(container => container.volumeMounts.map(mount => mount.name));
    assert.deepEqual(new Set(mounted), new Set(pod.spec.volumes.map(volume => volume.name)), name(object));
    for (const volume of pod.spec.volumes) {
      const source = Object.keys(volume).find(key => key !== 'name');
      if (volume.configMap) assert.equal(volume.configMap.name, 'supergraph');
      else assert.equal(source, 'emptyDir', `${name(object)}: ${volume.name}`);
    }
  }
  const commands = readFileSync(join(folder, 'subgraphs/kustomization.yaml'), 'utf8');
  assert.match(commands, /create configmap supergraph --from-file=schema\/supergraph\.graphql/);
});

test('the port, state directory and user match the image', () => {
  const image = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const [, port] = image.match(/LIONROCK_LISTEN=0\.0\.0\.0:(\d+)/);
  const [, stateDir] = image.match(/LIONROCK_STATE_DIR=(\S+)/);
  const [, user] = image.match(/^USER (\d+):\1$/m);
  for (const { objects, object, pod } of workloads) {
    for (const container of pod.spec.containers.filter(container => container.image.startsWith('lionrock:'))) {
      const at = name(object);
      assert.equal(String(pod.spec.securityContext.runAsUser), user, at);
      assert.equal(String(container.ports[0].containerPort), port, at);
      assert.ok(container.volumeMounts.some(mount => mount.mountPath === stateDir), at);
      const [, ...given] = container.args ?? [];
      for (const flag of given) assert.ok(flags.has(flag.split('=')[0]), `${at}: ${flag} is not in docs/configuration.md`);
      for (const { name: variable, value } of container.env) {
        assert.ok(variables.has(variable), `${at}: ${variable} is not in docs/configuration.md`);
        const host = value?.match(/^redis:\/\/([^:/]+):(\d+)$/);
        if (!host) continue;
        const service = objects.find(other => other.kind === 'Service' && other.metadata.name === host[1]);
        assert.ok(service?.spec.ports.some(({ port }) => String(port) === host[2]), `${at}: ${value}`);
      }
    }
  }
});

test('there is one subgraph for each committed SDL, and the supergraph refers to their services', () => {
  const committed = readdirSync(join(root, 'schema/subgraphs')).map(file => file.replace('.graphql', ''));
  const subgraphs = sets.subgraphs.filter(object => object.metadata.labels?.['lionrock/subgraph']);
  const deployments = subgraphs.filter(object => object.kind === 'Deployment');
  assert.deepEqual(deployments.map(object => object.metadata.name).sort(), committed.sort());
  const supergraph = readFileSync(join(root, 'schema/supergraph.graphql'), 'utf8');
  for (const object of deployments) {
    const label = object.spec.template.metadata.labels['lionrock/subgraph'];
    assert.equal(label, object.metadata.name);
    const service = sets.subgraphs.find(other => other.kind === 'Service' && other.metadata.name === label);
    assert.ok(supergraph.includes(`url: "http://${label}:${service.spec.ports[0].port}/graphql"`), label);
  }
});

test('the flags in the deployment documentation exist', () => {
  for (const page of ['docs/operations.md', 'docs/runbooks.md', 'docs/security.md', 'examples/deploy/README.md']) {
    for (const [, flag] of readFileSync(join(root, page), 'utf8').matchAll(/`(--[a-z-]+)/g)) assert.ok(flags.has(flag), `${page}: ${flag}`);
  }
});

/** Returns the bytes of a quantity with a binary unit. */
function bytes(quantity) {
  const [, count, unit] = quantity.match(/^(\d+)(Ki|Mi|Gi)$/);
  return Number(count) * 1024 ** (['Ki', 'Mi', 'Gi'].indexOf(unit) + 1);
}
