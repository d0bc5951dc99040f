/**
 * What Prometheus reads. prom-client, which formats it and measures the process, is loaded with the first scrape: a server that
 * nobody watches does without. A registry of its own, so that a bot's own prom-client metrics stay the bot's.
 */
import type { Metric, Registry } from 'prom-client';
import type { Asked } from './catalog.ts';
import { catalogOf } from './catalog.ts';
import type { Counters } from './counters.ts';
import type { Series } from './series.ts';
import type { Sources } from './sources.ts';

/** What `GET /metrics` answers. */
export interface MetricsAnswer {
  contentType: string;
  text: string;
}

/** prom-client calls these gauges `_total`, which Prometheus keeps for counters; the same facts stand in those without it. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

const NOTHING: Asked = { store: { isUp: false }, ready: {} };

/** One per server. */
export class MetricsPage {
  readonly #sources: Sources;
  readonly series: readonly Series[];
  #registry: Promise<Registry> | undefined;
  #asked: Asked = NOTHING;
  #rendering: Promise<MetricsAnswer> | undefined;

  constructor(counters: Counters, sources: Sources) {
    this.#sources = sources;
    this.series = catalogOf(counters, sources, () => this.#asked);
  }

  /** Scrapes at the same time share one answer. */
  render(): Promise<MetricsAnswer> {
    this.#rendering ??= this.#render().finally(() => {
      this.#rendering = undefined;
    });
    return this.#rendering;
  }

  async #render(): Promise<MetricsAnswer> {
    this.#registry ??= this.#load();
    const registry = await this.#registry;
    const [store, ready] = await Promise.all([this.#sources.store(), this.#sources.ready()]);
    this.#asked = { store, ready };
    return { contentType: registry.contentType, text: await registry.metrics() };
  }

  async #load(): Promise<Registry> {
    const { Registry, collectDefaultMetrics } = await import('prom-client');
    const registry = new Registry();
    for (const series of this.series) registry.registerMetric(asMetric(series));
    collectDefaultMetrics({ register: registry });
    for (const name of MISNAMED) registry.removeSingleMetric(name);
    return registry;
  }
}

/** A registry asks its metrics for no more than this. Ours are counted elsewhere, so that counting does not pay for it. */
function asMetric({ name, help, type, read }: Series): Metric {
  const get = () => Promise.resolve({ name, help, type, aggregator: 'sum', values: read() });
  return { name, help, get } as unknown as Metric;
}
