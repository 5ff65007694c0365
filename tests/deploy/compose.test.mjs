// The Docker Compose files of examples/deploy: references resolve, and every container of the gateway is restricted.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { deploy, variables } from './files.mjs';
import { documents } from './kustomize.mjs';

const files = ['one-process.yaml', 'subgraphs.yaml'].map(file => ({ file, ...documents(join(deploy, file))[0] }));
const services = files.flatMap(({ file, services, volumes = {} }) =>
  Object.entries(services).map(([name, service]) => ({ at: `${file}: ${name}`, service, others: services, volumes })),
);
const gateways = services.filter(({ service }) => service.image === 'lionrock');

test('the tests cover all Compose files', () => {
  const all = readdirSync(deploy).filter(file => file.endsWith('.yaml') && 'services' in documents(join(deploy, file))[0]);
  assert.deepEqual(all.sort(), files.map(({ file }) => file).sort());
});

test('every service has an image, and every reference resolves', () => {
  for (const { at, service, others, volumes } of services) {
    assert.ok(service.image, at);
    if (service.build) assert.ok(existsSync(join(deploy, service.build, 'Dockerfile')), at);
    for (const other of Object.keys(service.depends_on ?? {})) assert.ok(others[other]?.healthcheck, `${at}: ${other}`);
    for (const [source] of (service.volumes ?? []).map(volume => volume.split(':'))) {
      assert.ok(source.startsWith('.') ? existsSync(join(deploy, source)) : source in volumes, `${at}: ${source}`);
    }
  }
});

test('the gateway is read-only, unprivileged, and configured with documented variables', () => {
  assert.equal(gateways.length, 1 + 8);
  for (const { at, service, others } of gateways) {
    assert.equal(service.read_only, true, at);
    assert.deepEqual(service.cap_drop, ['ALL'], at);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], at);
    const stateDirs = [...(service.volumes ?? []), ...(service.tmpfs ?? [])].filter(mount => mount.includes('/var/lib/lionrock'));
    assert.equal(stateDirs.length, 1, at);
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      assert.ok(variables.has(variable), `${at}: ${variable} is not in docs/configuration.md`);
      const host = value.match(/^redis:\/\/([^:/]+):/);
      if (host) assert.ok(host[1] in others, `${at}: ${value}`);
    }
  }
});
