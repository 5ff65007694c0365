// The alerts and the dashboard of examples/deploy: promtool's checks and tests, runbooks, panels.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { parse, stringify } from 'yaml';
import { alerts, dashboard, folder, panels, promtool, rules, runbooks } from './monitoring.mjs';

const testFiles = readdirSync(folder).filter(file => file.endsWith('.test.yaml'));

test('promtool accepts the rules and the configuration', () => {
  assert.match(promtool(['check', 'rules', 'alerts.yaml']), new RegExp(`${rules.length} rules found`));
  promtool(['check', 'config', 'prometheus.yaml']);
});

test('every recorded series that an alert uses is recorded', () => {
  const recorded = new Set(rules.map(rule => rule.record));
  for (const { expr } of [...rules, ...panels.flatMap(panel => panel.targets)]) {
    for (const [series] of expr.matchAll(/\bjob:\w+:\w+/g)) assert.ok(recorded.has(series), series);
  }
});

for (const file of testFiles) {
  test(`promtool passes ${file}`, () => promtool(['test', 'rules', file]));
}

test('every alert is tested to fire and not to fire', () => {
  const cases = testFiles.flatMap(file => parse(readFileSync(join(folder, file), 'utf8')).tests).flatMap(({ alert_rule_test }) => alert_rule_test);
  for (const name of new Set(alerts.map(rule => rule.alert))) {
    const own = cases.filter(({ alertname }) => alertname === name);
    assert.ok(own.some(({ exp_alerts }) => exp_alerts.length > 0), `${name} is never tested to fire`);
    assert.ok(own.some(({ exp_alerts }) => exp_alerts.length === 0), `${name} is never tested not to fire`);
  }
});

test('every alert has a severity, a summary and a runbook that names it', () => {
  assert.ok(alerts.length > 15);
  for (const { alert, labels, annotations } of alerts) {
    assert.ok(['critical', 'warning', 'info'].includes(labels.severity), alert);
    assert.ok(annotations.summary, alert);
    const [page, anchor] = annotations.runbook.split('#');
    assert.equal(page, 'docs/runbooks.md', alert);
    const section = runbooks.split(/^## /m).find(section => slug(section.split('\n')[0]) === anchor);
    assert.ok(section, `${alert}: docs/runbooks.md has no section #${anchor}`);
    assert.ok(section.includes(`\`${alert}\``), `${alert} is not named in its runbook`);
  }
  const known = new Set(alerts.map(rule => rule.alert));
  const named = new Set(runbooks.match(/\bLionrock[A-Z]\w+/g));
  assert.deepEqual([...named].filter(name => !known.has(name)), [], 'the runbooks name alerts that do not exist');
});

test('the dashboard has a data source variable, and every panel uses it', () => {
  assert.ok(dashboard.schemaVersion >= 42);
  assert.ok(dashboard.templating.list.some(({ name, type, query }) => name === 'datasource' && type === 'datasource' && query === 'prometheus'));
  const ids = dashboard.panels.map(panel => panel.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const panel of panels) {
    assert.ok(panel.title && panel.targets.length > 0);
    for (const { datasource } of [panel, ...panel.targets]) assert.deepEqual(datasource, { type: 'prometheus', uid: '${datasource}' }, panel.title);
    const { x, y, w, h } = panel.gridPos;
    assert.ok(x + w <= 24, panel.title);
    const overlapping = panels.filter(({ id, gridPos: other }) =>
      id !== panel.id && x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h);
    assert.deepEqual(overlapping.map(({ title }) => title), [], panel.title);
  }
});

test('promtool accepts every expression of the dashboard', () => {
  const variables = { $__rate_interval: '5m', $job: '.+', $dataset: '.+' };
  const written = panels.flatMap(panel => panel.targets).map(({ expr }, index) => {
    const filled = expr.replaceAll(/\$\w+/g, variable => {
      assert.ok(variable in variables, `${variable} in ${expr}`);
      return variables[variable];
    });
    return { record: `panel:${index}`, expr: filled };
  });
  const scratch = mkdtempSync(join(tmpdir(), 'lionrock-dashboard-'));
  try {
    const file = join(scratch, 'panels.yaml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules: written }] }));
    assert.match(promtool(['check', 'rules', file]), new RegExp(`${written.length} rules found`));
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

function slug(heading) {
  return heading.toLowerCase().replace(/[^\w\s-]/g, '').trim().replace(/\s+/g, '-');
}
