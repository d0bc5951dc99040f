/** Every node is asked to end and is started again, one after the other, under load: what is lost, late, repeated, and without a socket. */
import type { LogRecord } from 'slack-simulator';
import { percentile } from '../statistics.ts';
import type { ClusterLine, ClusterTransport } from './evidence.ts';
import { acceptedOf, type Heard, heardOf, lostOf, reachedOf } from './handlings.ts';
import type { RunningCluster } from './running-cluster.ts';
import { gapsOf, mostAtOnce, mostInASecond, untold } from './socket-gaps.ts';

/** What RTM teams went through. */
export interface SocketSample {
  gapsMs: readonly number[];
  /** Gaps of which no hook told. */
  untold: number;
  /** Teams without a socket at the same time, at most. */
  withoutAtOnce: number;
  /** `rtm.connect` calls in one second, at most. */
  connectsInASecond: number;
}

export interface RestartSample {
  transport: ClusterTransport;
  durationMs: number;
  said: number;
  accepted: number;
  /** Which accepted events no listener ended. */
  lostAccepted: readonly string[];
  /** Which messages no listener ended; over RTM those that were said in a gap are among them. */
  lostSent: readonly string[];
  /** Begun more often than once, although nothing died. */
  repeated: readonly string[];
  /** From what a person said until a listener began it. */
  p99Ms: number;
  latestMs: number;
  /** Of RTM only. */
  sockets: SocketSample | undefined;
}

export interface RestartEvidence {
  transport: ClusterTransport;
  log: readonly LogRecord[];
  lines: readonly ClusterLine[];
  fromMs: number;
  /** What was said until then is judged. */
  untilMs: number;
  endedAtMs: number;
}

/** Before the first and after the last, and nothing more moves. */
const CALM_MS = 3_000;
/** What is not begun by then is lost, in milliseconds. */
const PATIENCE_MS = 20_000;
const READY_TIMEOUT_MS = 90_000;

export async function measureRestart(cluster: RunningCluster): Promise<RestartSample> {
  const { stage, transport, options } = cluster;
  const fromMs = Date.now();
  await cluster.pause(CALM_MS);
  for (const node of stage.nodes) {
    options.onProgress(`${transport}: restart of ${node.name}`);
    await node.terminate();
    await node.start();
    // As a deployment does: the next one when this one is ready, whatever it has of the work by then.
    const giveUp = { what: `${node.name} was not ready`, limitMs: READY_TIMEOUT_MS };
    await cluster.until(() => stage.balancer.ready.includes(node.name), giveUp);
  }
  await cluster.settled(stage.nodes);
  await cluster.pause(CALM_MS);
  const untilMs = Date.now();
  const sampleNow = async () => {
    const evidence = { transport, fromMs, untilMs, endedAtMs: Date.now() };
    return sampleOf({ ...evidence, log: await cluster.log(), lines: await cluster.lines() });
  };
  const isOver = async () => {
    const { lostAccepted, lostSent } = await sampleNow();
    return lostAccepted.length === 0 && (transport === 'rtm' || lostSent.length === 0);
  };
  // What is missing then is the result.
  await cluster.until(isOver, { what: 'the last events were not handled', limitMs: PATIENCE_MS }).catch(() => {});
  options.signal.throwIfAborted();
  return await sampleNow();
}

/** What the evidence says. Pure. */
export function sampleOf(evidence: RestartEvidence): RestartSample {
  const { transport, lines, fromMs, untilMs } = evidence;
  const log = evidence.log.filter(({ atMs }) => atMs >= fromMs);
  const heard = heardOf(log, lines).filter(({ saidAtMs }) => saidAtMs < untilMs);
  const lateMs = heard.flatMap(({ saidAtMs, beganAtMs }) => (beganAtMs === undefined ? [] : [beganAtMs - saidAtMs]));
  return {
    transport,
    durationMs: untilMs - fromMs,
    said: heard.length,
    ...(transport === 'rtm' ? acceptedByRtm(log, heard) : acceptedByDelivery({ ...evidence, log })),
    lostSent: heard.flatMap(({ isEnded, number, team }) => (isEnded ? [] : [`m${number} of ${team}`])),
    repeated: heard.flatMap(({ begins, number, team }) => (begins > 1 ? [`m${number} of ${team}`] : [])),
    p99Ms: lateMs.length === 0 ? 0 : percentile(lateMs, 99),
    latestMs: Math.max(0, ...lateMs),
    // Sockets that were open before count, too.
    sockets: transport === 'rtm' ? socketsOf(evidence) : undefined,
  };
}

type Fate = Pick<RestartSample, 'accepted' | 'lostAccepted'>;

function acceptedByDelivery({ log, lines, untilMs }: RestartEvidence): Fate {
  const accepted = acceptedOf(log).filter(({ sentAtMs }) => sentAtMs < untilMs);
  const lostAccepted = lostOf(accepted, lines).map(({ eventId, team }) => `${eventId} of ${team}`);
  return { accepted: accepted.length, lostAccepted };
}

/** RTM has no acks: a message counts that came on a socket which stayed open for a while. */
function acceptedByRtm(log: readonly LogRecord[], heard: readonly Heard[]): Fate {
  const reached = reachedOf(log);
  const accepted = heard.filter(({ number }) => reached.has(number));
  const lost = accepted.filter(({ isEnded }) => !isEnded);
  return { accepted: accepted.length, lostAccepted: lost.map(({ number, team }) => `m${number} of ${team}`) };
}

function socketsOf({ log, lines, fromMs, untilMs, endedAtMs }: RestartEvidence): SocketSample {
  const gaps = gapsOf(log, { fromMs, untilMs, endedAtMs });
  const connects = log.filter(
    ({ kind, method, atMs }) => kind === 'request' && method === 'rtm.connect' && atMs >= fromMs,
  );
  return {
    gapsMs: gaps.map((gap) => gap.untilMs - gap.fromMs),
    untold: untold(gaps, lines).length,
    withoutAtOnce: mostAtOnce(gaps),
    connectsInASecond: mostInASecond(connects.map(({ atMs }) => atMs)),
  };
}
