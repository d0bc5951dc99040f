/** A metrics page beside no server, and a reader of what it says. */
import { Counters } from './counters.ts';
import { MetricsPage } from './metrics-page.ts';
import type { Sources } from './sources.ts';

/** A server in which nothing has happened yet. */
export const idle: Sources = {
  build: { version: '1.2.3', node_version: '24.0.0', transport: 'rtm', store: 'sqlite' },
  teams: () => [{ labels: { status: 'active', doubt: 'held' }, value: 3 }],
  events: () => ({
    handled: 2,
    superseded: 0,
    running: 1,
    waiting: 4,
    bytes: 1_600,
    oldestWaitMs: 2_500,
    deliveries: { accepted: 3, unavailable: 0, refused: 0, rate_limited: 0 },
    unrouted: { events: 0, interactions: 0 },
  }),
  sockets: () => [{ transport: 'rtm', byState: { open: 2, waiting: 1 }, queued: 1, malformedFrames: 0 }],
  lease: () => ({ state: 'owning', ownedShards: 261, ageMs: 1_250 }),
  store: async () => ({
    isUp: true,
    isIncident: false,
    keptEvents: { ready: 0, retry: 1, failed: 2 },
    diskFreeBytes: 1_000,
  }),
  ready: async () => ({ store: 'ok', ownership: 'owning', teams: 'starting' }),
};

export function aPage(sources: Partial<Sources> = {}): { page: MetricsPage; counters: Counters } {
  const counters = new Counters();
  return { page: new MetricsPage(counters, { ...idle, ...sources }), counters };
}

/** The lines with values, by what stands before the value. */
export function valuesIn(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))] as const;
    }),
  );
}
