// The rules and the dashboard of examples/deploy, and promtool.
//
//   PROMTOOL              promtool (default promtool)

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { deploy, root } from './files.mjs';

export const folder = join(deploy, 'prometheus');
export const rules = parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8')).groups.flatMap(group => group.rules);
export const alerts = rules.filter(rule => rule.alert);
export const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana/lionrock.json'), 'utf8'));
export const panels = dashboard.panels.filter(panel => panel.type !== 'row');
export const runbooks = readFileSync(join(root, 'docs/runbooks.md'), 'utf8');

/** Runs promtool in the folder of the rules and returns what it prints. */
export function promtool(args, input) {
  const { status, stdout, stderr, error } = spawnSync(process.env.PROMTOOL || 'promtool', args, { cwd: folder, encoding: 'utf8', input });
  assert.ifError(error);
  assert.equal(status, 0, `promtool ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}
