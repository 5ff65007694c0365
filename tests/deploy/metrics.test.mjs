// The alerts, the dashboard and the runbooks, compared with a running gateway.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { root } from './files.mjs';
import { withGateway } from './gateway.mjs';
import { alerts, dashboard, panels, promtool, rules, runbooks } from './monitoring.mjs';

const operations = readFileSync(join(root, 'docs/operations.md'), 'utf8');

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

test('the alerts and the dashboard use existing metrics, and the queries of the runbooks succeed', async () => {
  await withGateway(async ({ metrics, query }) => {
    promtool(['check', 'metrics'], metrics);
    const labels = new Map();
    for (const [, metric, inner = ''] of metrics.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
      const known = labels.get(metric) ?? labels.set(metric, new Map()).get(metric);
      for (const [, name, value] of inner.matchAll(/(\w+)="([^"]*)"/g)) (known.get(name) ?? known.set(name, new Set()).get(name)).add(value);
    }
    // Added by Prometheus.
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
          // Response statuses and outcomes appear only after they occur. Outcomes are listed in docs/operations.md.
          if (value.includes('$') || (name === 'status' && metric === 'lionrock_http_requests_total')) continue;
          for (const one of value.split('|')) {
            // A dataset that was never fetched has no age.
            const isKnown = name === 'dataset' ? datasets.has(one)
              : values.has(one) || (name === 'outcome' && documentationOf(metric).includes(`\`${one}\``));
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
    // The dashboard must show every metric.
    const shown = JSON.stringify(panels);
    for (const [, family] of metrics.matchAll(/^# TYPE (\w+) /gm)) {
      assert.ok(shown.includes(family), `the dashboard does not show ${family}`);
    }
    assertFrequencies(await query('{ datasets { plan frequency } }'));
    const queries = [...runbooks.matchAll(/^```graphql\n(.*?)^```$/gms)];
    assert.ok(queries.length >= 4);
    for (const [, text] of queries) await query(text);
  });
});

/** Returns the row of the table in docs/operations.md that describes a metric. */
function documentationOf(metric) {
  return operations.split('\n').find(line => line.startsWith('|') && line.includes(`\`${metric}\``)) ?? '';
}

/** Compares the lists of datasets in the alert on old rows with the frequencies that the gateway states. */
function assertFrequencies({ datasets }) {
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
