/** Joins what a process tells of itself in rows with what it knows: its connections, and Slack's limits. */
import { hostname } from 'node:os';
import type { Supervisor } from '../connection/supervisor.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { Tally } from '../observability/metrics/tally.ts';
import type { Counted, Standing } from '../reports/minute-report.ts';
import { Reporter } from '../reports/reporter.ts';
import { version } from '../version.ts';
import type { Connections } from './create-connections.ts';

export type ReporterDeps = Pick<EngineDeps, 'storage' | 'ownership' | 'config' | 'counters' | 'clock' | 'log'> & {
  /** They are made with the reporter, and told of when they are there. */
  readonly connections: () => Pick<Connections, 'teams' | 'sockets'>;
  intake: { dispatcher: { readonly counts: Record<'handled' | 'waiting' | 'running', number> } };
};

/** Nothing is written before its start. */
export function createReporter(deps: ReporterDeps): Reporter {
  const { storage, ownership, config, clock, log, connections } = deps;
  const teams = (): Pick<Supervisor, 'status' | 'keys'> => connections().teams;
  return new Reporter({
    store: storage.store,
    nodeId: () => ownership.nodeId,
    describe: () => ({
      host: hostname(),
      pid: process.pid,
      version,
      transport: config.slackTransport,
      connections: countsOf(connections(), config.slackTransport),
    }),
    connectionOf(key) {
      const status = teams().status(key);
      if (!status) return undefined;
      const { kind: state, reason, attempt, sinceMs, retryAtMs } = status;
      return { state, reason, attempt, sinceMs, retryAtMs };
    },
    connected: () => teams().keys(),
    counts: () => minuteCounts(deps),
    clock,
    log,
  });
}

function minuteCounts({ counters, intake, connections, config }: ReporterDeps): Counted & Standing {
  const { handled, waiting, running } = intake.dispatcher.counts;
  const [taken] = counters.putToHandled.spreads();
  return {
    accepted: totalOf(counters.eventsAccepted),
    repeated: totalOf(counters.eventsRepeated),
    handled,
    failed: totalOf(counters.eventsFailed),
    connects: totalOf(counters.connects),
    closes: totalOf(counters.closes),
    takenMs: Math.round((taken?.sum ?? 0) * 1_000),
    timed: taken?.cumulative.at(-1) ?? 0,
    waiting: waiting + running,
    open: countsOf(connections(), config.slackTransport).open ?? 0,
  };
}

function totalOf(tally: Tally): number {
  return tally.samples().reduce((sum, { value }) => sum + value, 0);
}

function countsOf(
  { teams, sockets }: Pick<Connections, 'teams' | 'sockets'>,
  transport: string,
): Record<string, number> {
  if (transport === 'rtm') return { ...teams.counts().byKind };
  // All of them: that none is open, and why, is what an operator asks for.
  return sockets ? { ...sockets.connections.byKind } : {};
}
