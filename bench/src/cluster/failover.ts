/** One node is killed: how long until what it had is served by the others. */
import type { ClusterNode } from '../chaos/node.ts';
import type { ClusterTransport } from './evidence.ts';
import { ownersAt, servedElsewhere } from './handlings.ts';
import type { RunningCluster } from './running-cluster.ts';
import { firstOpens } from './socket-gaps.ts';

export interface FailoverSample {
  transport: ClusterTransport;
  /** Of the node that died. */
  teams: number;
  /** Of each of these teams, from the kill until another node began one of its events, or (RTM) had its socket. */
  servedMs: readonly number[];
  limitMs: number;
}

/** Design, section 13. */
const RESUMES_MS = 12_000;
/** The server's own default, of the whole cluster: packages/server, connection/connect-limiter.ts. */
export const CONNECTS_PER_SECOND = 50;
/** Nobody waits longer than so many times the goal. */
const PATIENCE = 5;
const SLACK_MS = 1_000;

export async function measureFailover(cluster: RunningCluster, victim: ClusterNode): Promise<FailoverSample> {
  const { stage, transport } = cluster;
  // Each team is heard of once, so that the victim's are known.
  await cluster.pause(cluster.cycleMs + SLACK_MS);
  const fromMs = Date.now();
  await victim.kill();
  const owners = ownersAt(await cluster.lines(), fromMs);
  const teams = Array.from(owners).flatMap(([team, node]) => (node === victim.name ? [team] : []));
  if (teams.length === 0) throw new Error(`${victim.name} had no team`);
  const limitMs = RESUMES_MS + (transport === 'rtm' ? (1_000 * teams.length) / CONNECTS_PER_SECOND : 0);
  const served = async () =>
    transport === 'rtm'
      ? firstOpens(await cluster.log(), { teams, fromMs })
      : servedElsewhere(await cluster.lines(), { teams, dead: victim.name, fromMs });
  await cluster.until(async () => (await served()).size === teams.length, {
    what: `the work of ${victim.name} was not served elsewhere`,
    limitMs: PATIENCE * limitMs,
  });
  const servedMs = Array.from((await served()).values());
  await victim.start();
  await cluster.settled(stage.nodes);
  return { transport, teams: teams.length, servedMs, limitMs };
}
