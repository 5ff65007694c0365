// Renders the kustomizations of examples/deploy. It knows the fields that they use, and refuses all others.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** Returns the documents of a YAML file. Duplicate keys, unknown tags and syntax errors fail. */
export function documents(path) {
  return parseAllDocuments(readFileSync(path, 'utf8'), { merge: true }).map(document => {
    assert.deepEqual([...document.errors, ...document.warnings].map(problem => `${path}: ${problem.message}`), []);
    return document.toJS();
  });
}

/** Returns the objects that the kustomization in `folder` describes. */
export function render(folder) {
  const path = join(folder, 'kustomization.yaml');
  const { apiVersion, kind, resources, namespace, labels = [], patches = [], ...others } = parse(readFileSync(path, 'utf8'));
  assert.deepEqual([apiVersion, kind], ['kustomize.config.k8s.io/v1beta1', 'Kustomization'], path);
  assert.deepEqual(others, {}, `${path}: fields that this check does not render`);
  const objects = resources.flatMap(resource => {
    const at = join(folder, resource);
    return statSync(at).isDirectory() ? render(at) : documents(at);
  });
  for (const patch of patches) apply(patch, objects, path);
  for (const { pairs, includeSelectors, includeTemplates, ...unknown } of labels) {
    assert.deepEqual(unknown, {}, path);
    for (const object of objects) label(object, pairs, includeSelectors, includeSelectors || includeTemplates);
  }
  if (namespace) for (const object of objects) object.metadata.namespace = namespace;
  return objects;
}

function apply({ target, patch, ...unknown }, objects, path) {
  assert.deepEqual([unknown, Object.keys(target)], [{}, ['name']], path);
  const matching = objects.filter(object => object.metadata.name === target.name);
  assert.notEqual(matching.length, 0, `${path}: the patch has no target`);
  for (const { op, path: pointer, value } of parse(patch)) {
    assert.equal(op, 'replace', path);
    const keys = pointer.split('/').slice(1);
    const last = keys.pop();
    for (const object of matching) {
      const parent = keys.reduce((inner, key) => inner?.[key], object);
      assert.ok(parent && last in parent, `${path}: nothing at ${pointer}`);
      parent[last] = value;
    }
  }
}

function label(object, pairs, inSelectors, inTemplates) {
  const add = (parent, key) => (parent[key] = { ...parent[key], ...pairs });
  add(object.metadata, 'labels');
  const { selector, template } = object.spec;
  if (inSelectors && selector) object.kind === 'Service' ? add(object.spec, 'selector') : add(selector, 'matchLabels');
  if (inTemplates && template) add(template.metadata, 'labels');
}
