// The alerts and the dashboard of examples/deploy: promtool's checks and tests, and the metrics that the gateway writes.
//
//   PROMTOOL              promtool (default promtool)
//   LIONROCK_BIN          the gateway's binary (default ../../target/debug/lionrock)

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { parse, stringify } from 'yaml';
import { deploy, root } from './files.mjs';
import { withGateway } from './gateway.mjs';

const folder = join(deploy, 'prometheus');
const rules = parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8')).groups.flatMap(group => group.rules);
const alerts = rules.filter(rule => rule.alert);
const testFiles = readdirSync(folder).filter(file => file.endsWith('.test.yaml'));
const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana/lionrock.json'), 'utf8'));
const panels = dashboard.panels.filter(panel => panel.type !== 'row');
const operations = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const runbooks = readFileSync(join(root, 'docs/runbooks.md'), 'utf8');

function promtool(args, input) {
  const { status, stdout, stderr, error } = spawnSync(process.env.PROMTOOL || 'promtool', args, { cwd: folder, encoding: 'utf8', input });
  assert.ifError(error);
  assert.equal(status, 0, `promtool ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** The expressions of the rules and of the dashboard, with a name for messages. */
const expressions = [
  ...rules.map(rule => ({ at: rule.alert ?? rule.record, expr: rule.expr })),
  ...panels.flatMap(panel => panel.targets.map(target => ({ at: panel.title, expr: target.expr }))),
  ...dashboard.templating.list.filter(variable => variable.type === 'query').map(variable => ({ at: `$${variable.name}`, expr: variable.definition })),
].map(({ at, expr }) => ({ at, expr, selectors: selectors(expr) }));

/** Returns the metrics of an expression, with the labels that it matches: `[{ metric, labels: [[name, operator, value]] }]`. */
function selectors(expr) {
  return [...expr.matchAll(/(?<![:\w])((?:lionrock|process)_\w+|up)\b(?!:)\s*(?:\{([^}]*)\})?/g)].map(([, metric, inner = '']) => ({
    metric,
    labels: [...inner.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, name, operator, value]) => [name, operator, value]),
  }));
}

test('promtool accepts the rules and the configuration', () => {
  assert.match(promtool(['check', 'rules', 'alerts.yaml']), new RegExp(`${rules.length} rules found`));
  promtool(['check', 'config', 'prometheus.yaml']);
});

for (const file of testFiles) {
  test(`promtool passes ${file}`, () => promtool(['test', 'rules', file]));
}

test('for every alert there are samples for which it fires, and samples for which it does not', () => {
  const cases = testFiles.flatMap(file => parse(readFileSync(join(folder, file), 'utf8')).tests).flatMap(({ alert_rule_test }) => alert_rule_test);
  for (const name of new Set(alerts.map(rule => rule.alert))) {
    const own = cases.filter(({ alertname }) => alertname === name);
    assert.ok(own.some(({ exp_alerts }) => exp_alerts.length > 0), `${name} is never tested to fire`);
    assert.ok(own.some(({ exp_alerts }) => exp_alerts.length === 0), `${name} is never tested to be silent`);
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

test('the alerts and the dashboard use what /metrics has, and the queries of the runbooks are answered', async () => {
  await withGateway(async ({ metrics, query }) => {
    promtool(['check', 'metrics'], metrics);
    const labels = new Map();
    for (const [, metric, inner = ''] of metrics.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
      const known = labels.get(metric) ?? labels.set(metric, new Map()).get(metric);
      for (const [, name, value] of inner.matchAll(/(\w+)="([^"]*)"/g)) (known.get(name) ?? known.set(name, new Set()).get(name)).add(value);
    }
    // What Prometheus adds.
    labels.set('up', new Map());
    const target = ['job', 'instance'];
    const datasets = labels.get('lionrock_dataset_status').get('dataset');
    for (const { at, expr, selectors } of expressions) {
      assert.ok(selectors.length > 0 || /job:lionrock_/.test(expr), `${at} uses no metric`);
      for (const { metric, labels: matchers } of selectors) {
        assert.ok(labels.has(metric), `${at}: /metrics has no ${metric}`);
        for (const [name, operator, value] of matchers) {
          if (target.includes(name)) continue;
          const values = labels.get(metric).get(name);
          assert.ok(values, `${at}: ${metric} has no label ${name}`);
          // The statuses of responses appear when they occur. So do outcomes, but docs/operations.md lists them.
          if (value.includes('$') || (name === 'status' && metric === 'lionrock_http_requests_total')) continue;
          for (const one of value.split('|')) {
            // A dataset that was never fetched has no age.
            const isKnown = name === 'dataset' ? datasets.has(one)
              : values.has(one) || (name === 'outcome' && documented(metric).includes(`\`${one}\``));
            assert.ok(isKnown, `${at}: ${metric} has no ${name}${operator}"${one}"`);
          }
        }
      }
      for (const [, grouped] of expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)) {
        for (const name of grouped.split(',').map(name => name.trim())) {
          const isKnown = target.includes(name) || selectors.some(({ metric }) => labels.get(metric).has(name));
          assert.ok(isKnown, `${at}: no metric has the label ${name}`);
        }
      }
    }
    // Each metric is on the dashboard, or it would not be seen.
    const shown = JSON.stringify(panels);
    for (const [, family] of metrics.matchAll(/^# TYPE (\w+) /gm)) {
      assert.ok(shown.includes(family), `the dashboard does not show ${family}`);
    }
    frequencies(await query('{ datasets { plan frequency } }'));
    const queries = [...runbooks.matchAll(/^```graphql\n(.*?)^```$/gms)];
    assert.ok(queries.length >= 4);
    for (const [, text] of queries) await query(text);
  });
});

/** Returns the row of the table in docs/operations.md that describes a metric. */
function documented(metric) {
  return operations.split('\n').find(line => line.startsWith('|') && line.includes(`\`${metric}\``)) ?? '';
}

/** Compares the lists of datasets in the alert on old rows with the frequencies that the gateway states. */
function frequencies({ datasets }) {
  const own = alerts.filter(rule => rule.alert === 'LionrockRowsNotConfirmed');
  const groups = {
    REAL_TIME: ['REAL_TIME'],
    DAILY: ['DAILY'],
    MONTHLY_OR_AS_NEEDED: ['MONTHLY', 'AS_NEEDED'],
    QUARTERLY_TO_ANNUAL: ['QUARTERLY', 'HALF_YEARLY', 'ANNUAL'],
    ONE_OFF: ['ONE_OFF'],
  };
  assert.deepEqual(own.map(rule => rule.labels.frequency), Object.keys(groups));
  for (const { labels, expr } of own) {
    const [[, operator, value]] = selectors(expr)[0].labels;
    const listed = value.split('|');
    const matching = datasets.filter(({ plan }) => listed.includes(plan) === (operator === '=~')).map(({ plan }) => plan);
    const expected = datasets.filter(({ frequency }) => groups[labels.frequency].includes(frequency)).map(({ plan }) => plan);
    assert.deepEqual(matching.sort(), expected.sort(), labels.frequency);
  }
}

function slug(heading) {
  return heading.toLowerCase().replace(/[^\w\s-]/g, '').trim().replace(/\s+/g, '-');
}
