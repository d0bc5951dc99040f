/** One node takes every event: how long until those are begun whose teams other nodes have, with NOTIFY and without. */
import { percentile } from '../statistics.ts';
import { acceptedOf, crossNodeMs } from './handlings.ts';
import type { RunningCluster } from './running-cluster.ts';

export interface LatencySample {
  isNotified: boolean;
  /** Events that another node than the one that took them began. */
  events: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

const DRAIN_MS = 2_500;

export async function measureLatency(
  cluster: RunningCluster,
  { isNotified, durationMs }: { isNotified: boolean; durationMs: number },
): Promise<LatencySample> {
  const { stage } = cluster;
  const [acceptor] = stage.nodes;
  if (!acceptor) throw new Error('there is no node');
  await stage.sendEventsTo(acceptor);
  if (!isNotified) await stage.setNotices('hole');
  try {
    const fromMs = Date.now();
    await cluster.pause(durationMs);
    const untilMs = Date.now();
    await cluster.pause(DRAIN_MS);
    const accepted = acceptedOf(await cluster.log()).filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < untilMs);
    const tookMs = crossNodeMs(accepted, await cluster.lines(), acceptor.name);
    if (tookMs.length === 0) throw new Error('no event crossed from one node to another');
    return {
      isNotified,
      events: tookMs.length,
      p50Ms: percentile(tookMs, 50),
      p99Ms: percentile(tookMs, 99),
      maxMs: Math.max(...tookMs),
    };
  } finally {
    await stage.setNotices('open');
    await stage.sendEventsTo(undefined);
  }
}
