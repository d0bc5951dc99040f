/**
 * `bench observability`: what counting with a scrape each second, and tracing with OpenTelemetry's SDK, cost in handled events per
 * second. Signed events over HTTP on SQLite at 64 in flight, as in `bench intake`. In each round four servers run side by side, and get
 * their events in turns of a second: a machine whose speed changes from one second to the next is as slow for each of them.
 */
import { rotated } from '../conditions.ts';
import { type Contender, ours } from '../intake/contenders.ts';
import { findGenerator } from '../intake/generators.ts';
import { mostRequests } from '../intake/load.ts';
import { Measurement } from '../intake/measure-contender.ts';
import { Stage } from '../intake/stage.ts';
import { type Figures, type ObservabilityReport, type Round, reportOf, type Watching, watchings } from './report.ts';

export interface ObservabilityOptions {
  rounds: number;
  /** Of each server in each round: so many turns. */
  seconds: number;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const IN_FLIGHT = 64;
/** Until what a server does for each event is compiled: the least is 3 s here, and a server runs for weeks. */
const WARM_UP_MS = 10_000;
/** The shortest run of the generator. */
const TURN_MS = 1_000;

/** Measures. @throws Error when one of the servers fails, or the signal's reason */
export async function runObservability(options: ObservabilityOptions): Promise<ObservabilityReport> {
  const { rounds, seconds, signal, onProgress } = options;
  const generator = await findGenerator();
  const capacity = mostRequests({ inFlight: IN_FLIGHT, durationMs: WARM_UP_MS + seconds * TURN_MS });
  await using stage = await Stage.set({ generator, capacity, onProgress, signal });
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    onProgress(`round ${round} of ${rounds}`);
    measured.push(await measureRound({ stage, signal, turns: seconds, first: round - 1 }));
  }
  return reportOf(measured);
}

/** @param options `first`: who is started first */
async function measureRound(options: {
  turns: number;
  first: number;
  stage: Stage;
  signal: AbortSignal;
}): Promise<Round> {
  const { turns, first, ...conditions } = options;
  await using running = new AsyncDisposableStack();
  const servers = new Map<Watching, { server: Measurement; figures: Figures[] }>();
  for (const watching of rotated(watchings, first)) {
    const server = running.use(await Measurement.begin(contenderOf(watching), conditions));
    servers.set(watching, { server, figures: [] });
    await server.level(IN_FLIGHT, WARM_UP_MS);
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const [, { server, figures }] of rotated([...servers], turn)) {
      const { handled = Number.NaN, cpuMicros = Number.NaN } = await server.level(IN_FLIGHT, TURN_MS);
      figures.push({ handled, cpuMicros });
    }
  }
  const means = Array.from(servers, ([watching, { figures }]) => [watching, meanOf(figures)] as const);
  return Object.fromEntries(means) as Round;
}

/** Of turns that took equally long. */
function meanOf(figures: readonly Figures[]): Figures {
  const mean = (what: keyof Figures) => figures.reduce((sum, one) => sum + one[what], 0) / figures.length;
  return { handled: mean('handled'), cpuMicros: mean('cpuMicros') };
}

function contenderOf(watching: Watching): Contender {
  return { ...ours('sqlite', 0), name: watching, levels: [IN_FLIGHT], watching };
}
