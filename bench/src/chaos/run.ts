/** `bench chaos`: each transport in turn, minutes of faults under load, then the evidence is judged. The last line is the verdict. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord } from 'slack-simulator';
import { watchPauses } from '../processes/watch-pauses.ts';
import { breakThings } from './break.ts';
import { type ChaosVerdict, judge } from './checker/judge.ts';
import { acceptedOf, lostOf } from './checker/lost-events.ts';
import { runsByNumber } from './checker/runs.ts';
import type { Answer, ChaosTransport, Evidence, FaultKind, Pause } from './evidence.ts';
import { parseAnswer } from './lines.ts';
import { Observer } from './observer.ts';
import { People, victimsIn } from './people.ts';
import { planOf, randomOf } from './plan.ts';
import { Stage } from './stage.ts';

export interface ChaosOptions {
  transports: readonly ChaosTransport[];
  /** How long faults are done on each transport, in milliseconds. */
  durationMs: number;
  seed: number;
  teams: number;
  nodes: number;
  messagesPerSecond: number;
  /** Kinds of faults. @defaultValue all; an empty list does none */
  kinds?: readonly FaultKind[] | undefined;
  /** What the bot does wrong on purpose; see plants.ts. */
  plant?: string | undefined;
  /** Where logs, lines and the evidence stay. @defaultValue a folder that is deleted */
  keep?: string | undefined;
  /** Nothing was handled for so long, in milliseconds: what is left is lost. @defaultValue 30000 */
  patienceMs?: number;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

/** The server's own default: packages/server, connection/connect-limiter.ts. */
const CONNECTS_PER_SECOND = 50;
const POLL_MS = 500;
/** Beside the connecting of all teams. */
const START_TIMEOUT_MS = 90_000;
const SETTLED_MS = 5_000;
const BEFORE_FIRST_FAULT_MS = 3_000;
/** Longer than a lease, a takeover and the connecting of its teams. */
const PATIENCE_MS = 30_000;
/** What comes again without reason, and hooks of the last removal, come soon. */
const AFTERMATH_MS = 5_000;
const MESSAGES_KEPT = 1_000;
const READERS = 16;

/** Runs and judges. @throws Error when the cluster cannot be started, or the signal's reason */
export async function runChaos(options: ChaosOptions): Promise<ChaosVerdict[]> {
  const directory = options.keep ?? (await mkdtemp(join(tmpdir(), 'slack-bot-server-chaos-')));
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o700);
  const verdicts: ChaosVerdict[] = [];
  try {
    for (const transport of options.transports) {
      const folder = await mkdtemp(join(directory, `${transport}-`));
      verdicts.push(await runTransport(transport, { ...options, directory: folder }));
    }
    return verdicts;
  } finally {
    if (options.keep === undefined) await rm(directory, { recursive: true, force: true });
  }
}

async function runTransport(
  transport: ChaosTransport,
  options: ChaosOptions & { directory: string },
): Promise<ChaosVerdict> {
  const { signal, seed, nodes, onProgress } = options;
  await using stage = await Stage.build({ ...options, transport });
  const observer = new Observer(stage.simulator, transport);
  observer.start();
  const own: Pause[] = [];
  using watching = new DisposableStack();
  watching.defer(watchPauses((pause) => own.push({ of: 'bench', ...pause })));
  onProgress(`${transport}: starting ${nodes} nodes`);
  await within(Promise.all(stage.nodes.map((node) => node.start())), START_TIMEOUT_MS, 'the nodes did not start');
  await untilConnected(stage, transport, signal);
  if (transport === 'rtm') await untilSettled(observer, signal);
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), options.durationMs + BEFORE_FIRST_FAULT_MS);
  const ends = AbortSignal.any([over.signal, signal]);
  const victims = stage.teams.slice(0, victimsIn(options.durationMs));
  const teams = stage.teams.slice(victims.length);
  const random = randomOf(seed);
  const people = new People(stage.simulator, { ...options, transport, teams, victims, random, signal: ends });
  const living = people.live();
  await sleep(BEFORE_FIRST_FAULT_MS, undefined, { signal });
  const plan = planOf({ seed, transport, nodes, ...(options.kinds && { kinds: options.kinds }) });
  const troubles =
    options.kinds?.length === 0
      ? []
      : await breakThings(stage, plan, { signal: ends, onProgress: (text) => onProgress(`${transport}: ${text}`) });
  await living;
  clearTimeout(timer);
  signal.throwIfAborted();
  onProgress(`${transport}: waiting for what is left`);
  const { nodeOfHost } = stage;
  const facts = { transport, nodeOfHost, teams: teams.length, nodes, connectsPerSecond: CONNECTS_PER_SECOND, troubles };
  const evidenceNow = async (answers: Answer[]): Promise<Evidence> => {
    return { ...facts, log: observer.records, lines: await stage.lines(), answers, endedAtMs: Date.now() };
  };
  await untilHandled(() => evidenceNow([]), options);
  await sleep(AFTERMATH_MS, undefined, { signal });
  await observer.stop();
  const stalls = await stage.stalls(Date.now());
  const pauses = await stage.pauses(troubles, own);
  const evidence = { ...(await evidenceNow(await answersOf(stage))), stalls, pauses };
  // Beside the nodes' logs, for whoever asks what happened.
  if (options.keep !== undefined) await writeFile(join(options.directory, 'evidence.json'), JSON.stringify(evidence));
  return judge(
    evidence,
    stage.nodes.flatMap(({ problems }) => problems),
  );
}

/** The nodes answer, and over RTM every team has its socket. */
async function untilConnected(stage: Stage, transport: ChaosTransport, signal: AbortSignal): Promise<void> {
  const { teams, nodes, balancer, simulator } = stage;
  const limitMs = START_TIMEOUT_MS + (transport === 'rtm' ? (2_000 * teams.length) / CONNECTS_PER_SECOND : 0);
  const giveUpAtMs = performance.now() + limitMs;
  for (;;) {
    const sockets = transport === 'rtm' ? (await simulator.status()).sockets : teams.length;
    if (balancer.ready.length === nodes.length && sockets >= teams.length) return;
    if (performance.now() > giveUpAtMs) {
      throw new Error(
        `${balancer.ready.length} of ${nodes.length} nodes ready, ${sockets} sockets after ${limitMs} ms`,
      );
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Until the shards of the first nodes have their places: no socket was opened or closed lately. */
async function untilSettled({ records }: Observer, signal: AbortSignal): Promise<void> {
  const giveUpAtMs = performance.now() + START_TIMEOUT_MS;
  const isSocket = ({ kind }: LogRecord) => kind === 'socket_open' || kind === 'socket_close';
  while (performance.now() < giveUpAtMs) {
    const lastAtMs = records.findLast(isSocket)?.atMs ?? 0;
    if (Date.now() - lastAtMs > SETTLED_MS) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Until every accepted event was handled, or nothing moves any more. */
async function untilHandled(
  evidenceNow: () => Promise<Evidence>,
  { signal, patienceMs = PATIENCE_MS }: ChaosOptions,
): Promise<void> {
  let movedAtMs = performance.now();
  let before = -1;
  for (;;) {
    const evidence = await evidenceNow();
    const runs = runsByNumber(evidence.lines);
    const lost = lostOf(acceptedOf(evidence), runs).length;
    if (lost === 0) return;
    if (evidence.lines.length !== before) movedAtMs = performance.now();
    before = evidence.lines.length;
    if (performance.now() - movedAtMs > patienceMs) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** What people see in every team's channel. */
async function answersOf({ teams, simulator }: Stage): Promise<Answer[]> {
  const left = [...teams];
  const answers: Answer[] = [];
  const read = async () => {
    for (let team = left.pop(); team; team = left.pop()) {
      const query = { team: team.teamId, channel: 'general', limit: MESSAGES_KEPT };
      for (const message of await simulator.messages(query)) {
        const answer = parseAnswer({ team: team.teamId, ...message });
        if (answer) answers.push(answer);
      }
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return answers;
}

async function within<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
