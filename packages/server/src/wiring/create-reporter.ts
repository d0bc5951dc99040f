/** Joins what a process tells of itself in rows with what it knows: its connections, and Slack's limits. */
import { hostname } from 'node:os';
import type { Supervisor } from '../connection/supervisor.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { Reporter } from '../reports/reporter.ts';
import { version } from '../version.ts';
import type { Connections } from './create-connections.ts';

export type ReporterDeps = Pick<EngineDeps, 'storage' | 'ownership' | 'config' | 'clock' | 'log'> & {
  /** They are made with the reporter, and told of when they are there. */
  readonly connections: () => Pick<Connections, 'teams' | 'sockets'>;
};

/** Nothing is written before its start. */
export function createReporter({ storage, ownership, config, clock, log, connections }: ReporterDeps): Reporter {
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
    clock,
    log,
  });
}

function countsOf(
  { teams, sockets }: Pick<Connections, 'teams' | 'sockets'>,
  transport: string,
): Record<string, number> {
  if (transport === 'rtm') return { ...teams.counts().byKind };
  return sockets ? { open: sockets.open } : {};
}
