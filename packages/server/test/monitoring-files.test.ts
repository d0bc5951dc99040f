/** The files of docs/monitoring: that Prometheus and Grafana take them, and that they ask for series that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aPage } from '../src/observability/metrics/metrics-page.test-kit.ts';
import { hasPromtool, NO_PROMTOOL, promtoolIn } from './promtool.test-kit.ts';

const read = (path: string) => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

interface Panel {
  title: string;
  type: string;
  targets?: { expr: string }[];
}

const alerts = read('monitoring/alerts.yml');
const rules = (parse(alerts) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('monitoring/dashboard.json')) as { panels: Panel[] };
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

/** As Grafana fills them in. */
const filledIn = (expr: string) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*');

/** Names of series in a query; `up` is Prometheus's own. */
async function unknownIn(expr: string): Promise<string[]> {
  const { page } = aPage();
  const { text } = await page.render();
  const known = new Set(['up', ...[...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)]);
  const names = expr.match(/\b(slack_bot_server|nodejs|process)_\w+|\bup\b/g) ?? [];
  expect(names.length, expr).toBeGreaterThan(0);
  return names.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, '')));
}

describe('the alert rules', () => {
  it('pass promtool check rules', async ({ skip }) => {
    if (!hasPromtool) return skip(NO_PROMTOOL);
    const { isGood, output } = await promtoolIn({ 'alerts.yml': alerts }, [
      'check',
      'rules',
      '--lint-fatal',
      'alerts.yml',
    ]);
    expect(isGood, output).toBe(true);
  });

  it.each(rules)('$alert asks for series that there are, and leads to what to do', async (rule) => {
    expect(await unknownIn(rule.expr)).toEqual([]);
    expect(['page', 'ticket']).toContain(rule.labels.severity);
    expect(rule.annotations.runbook).toBe(`docs/monitor.md#${rule.alert.toLowerCase()}`);
    expect(read('monitor.md')).toContain(`\n### ${rule.alert}\n`);
  });

  it('are each tried in alerts.test.ts', () => {
    const tried = readFileSync(new URL('alerts.test.ts', import.meta.url), 'utf8');
    expect(rules.map(({ alert }) => alert).filter((alert) => !tried.includes(`'${alert}'`))).toEqual([]);
  });

  it('are all that docs/monitor.md explains', () => {
    const explained = [...read('monitor.md').matchAll(/^### (\w+)$/gm)].map(([, alert]) => alert);
    expect(explained).toEqual(rules.map(({ alert }) => alert));
  });
});

describe('the dashboard', () => {
  it.each(queries)('asks in "$title" for series that there are: $expr', async ({ expr }) => {
    expect(await unknownIn(expr)).toEqual([]);
  });

  it('asks in words that Prometheus understands', async ({ skip }) => {
    if (!hasPromtool) return skip(NO_PROMTOOL);
    const recorded = queries.map(({ expr }, place) => ({ record: `query_${place}`, expr: filledIn(expr) }));
    const text = JSON.stringify({ groups: [{ name: 'dashboard', rules: recorded }] });
    const { isGood, output } = await promtoolIn({ 'dashboard.yml': text }, ['check', 'rules', 'dashboard.yml']);
    expect(isGood, output).toBe(true);
  });

  it('shows every series', () => {
    const shown = queries.map(({ expr }) => expr).join('\n');
    const missing = aPage().page.series.filter(({ name }) => !shown.includes(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});
