/** How a server of a benchmark is watched: not at all, by a scrape each second, or by spans as well. */
import type { BotServer } from 'slack-bot-server';
import { Counters } from '../../../packages/server/src/observability/metrics/counters.ts';
import type { Watching } from '../observability/report.ts';

/** Fifteen times as often as usual. */
const SCRAPE_MS = 1_000;

/** Counters that count nothing: what counting costs is the difference. */
export function countersOf(watching: Watching | undefined): Counters | undefined {
  if (watching !== 'unwatched') return undefined;
  const counters = new Counters();
  const nothing = () => {};
  for (const tally of Object.values(counters))
    Object.assign(tally, { add: nothing, addMany: nothing, observe: nothing });
  return counters;
}

/** The part of all traces that is sampled where not all are, as is usual. */
export const SAMPLED = 0.1;

/** Registers the SDK, before the server starts. Spans are made, sampled and batched as the SDK does by default, and given to nobody. */
export async function registerSdk(part: number): Promise<void> {
  const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } = await import(
    '@opentelemetry/sdk-trace-base'
  );
  const exporter = {
    export: (_spans: unknown, done: (result: { code: 0 }) => void) => done({ code: 0 }),
    shutdown: () => Promise.resolve(),
  };
  // What the SDK itself does with OTEL_TRACES_SAMPLER=parentbased_traceidratio; without it, all are sampled.
  const sampler = part < 1 && new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(part) });
  new NodeTracerProvider({
    ...(sampler && { sampler }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  }).register();
}

/** Scrapes as Prometheus would. */
export function scrape(server: BotServer['server']): void {
  setInterval(() => void server.metrics(), SCRAPE_MS).unref();
}
