/**
 * What docs/monitoring/alerts.yml says of a server: its real scrapes, one for each quarter of a minute, given to promtool as if
 * Prometheus had made them.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { valuesIn } from '../src/observability/metrics/metrics-page.test-kit.ts';
import { promtoolIn } from './promtool.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';

/** Seconds between two scrapes. */
export const EVERY_S = 15;

const RULES = readFileSync(new URL('../../../docs/monitoring/alerts.yml', import.meta.url), 'utf8');

type Scrape = Readonly<Record<string, number>>;

/** The scrapes of a server, in the order in which they were made. */
export class Scrapes {
  readonly all: Scrape[] = [];

  async take(server: Scene['server'], scene?: Scene): Promise<Scrape> {
    const answer = server.metrics();
    const { text } = await (scene ? scene.during(answer) : answer);
    const values = valuesIn(text);
    this.all.push(values);
    return values;
  }

  /** Lets minutes pass and scrapes all the while; `meanwhile` happens before each scrape. */
  async minutes(scene: Scene, minutes: number, meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
    for (let left = minutes * 60; left > 0; left -= EVERY_S) {
      await meanwhile();
      await scene.pass(EVERY_S * 1_000, 3_000);
      await this.take(scene.server, scene);
    }
  }

  /** The checks of /readyz that fail at the last scrape. */
  unready(): string[] {
    const checks = Object.entries(this.all.at(-1) ?? {}).filter(([name]) => name.startsWith('slack_bot_server_ready{'));
    expect(checks.length).toBeGreaterThan(0);
    return checks.filter(([, isReady]) => isReady !== 1).map(([name]) => name);
  }

  /** Expects that just these alerts fire now, after the scrapes until here. */
  async expectFiring(...alerts: readonly string[]): Promise<void> {
    await expectFiring(seriesOf(this.all), { atScrape: this.all.length - 1, alerts });
  }

  /** Expects that this alert fires now, whatever else does. */
  async expectAmongFiring(alert: string): Promise<void> {
    await expectFiring(seriesOf(this.all), { atScrape: this.all.length - 1, alerts: [alert], only: alert });
  }
}

export interface InputSeries {
  series: string;
  values: string;
}

/** Whether just these alerts fire at a scrape; with `only` the others do not matter. */
export async function expectFiring(
  series: readonly InputSeries[],
  { atScrape, alerts, only }: { atScrape: number; alerts: readonly string[]; only?: string },
): Promise<void> {
  const fit = only === undefined ? '' : `,alertname="${only}"`;
  const test = {
    rule_files: ['alerts.yml'],
    evaluation_interval: `${EVERY_S}s`,
    tests: [
      {
        interval: `${EVERY_S}s`,
        input_series: series,
        promql_expr_test: [
          {
            expr: `count by (alertname) (ALERTS{alertstate="firing"${fit}}) > bool 0`,
            eval_time: `${atScrape * EVERY_S}s`,
            exp_samples: alerts.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
          },
        ],
      },
    ],
  };
  const files = { 'alerts.yml': RULES, 'test.yml': JSON.stringify(test) };
  const { isGood, output } = await promtoolIn(files, ['test', 'rules', 'test.yml']);
  expect(isGood, output).toBe(true);
}

/** As Prometheus stores them: with the job and the instance, and nothing (`_`) where a scrape did not have it. */
function seriesOf(scrapes: readonly Scrape[]): InputSeries[] {
  const names = new Set(scrapes.flatMap((scrape) => Object.keys(scrape)));
  return [...names].map((name) => ({
    series: withTarget(name),
    values: scrapes.map((scrape) => String(scrape[name] ?? '_')).join(' '),
  }));
}

function withTarget(name: string): string {
  const target = 'job="slack-bot-server",instance="bot:3000"';
  return name.endsWith('}') ? `${name.slice(0, -1)},${target}}` : `${name}{${target}}`;
}
