/** One contender, once: warmed up, then each level; an event counts as handled only when a listener had it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../databases/databases.ts';
import { Child } from '../processes/child.ts';
import type { ServerSetup, Usage } from '../processes/messages.ts';
import type { Contender, EventLoad } from './contenders.ts';
import { type Load, type LoadResult, mostRequests } from './load.ts';
import type { Sample, Values } from './measures.ts';
import type { Stage } from './stage.ts';

export interface Conditions {
  stage: Stage;
  /** Of each level. */
  durationMs: number;
  warmUpMs: number;
  signal: AbortSignal;
}

const WARM_UP_IN_FLIGHT = 64;
/** How long what was accepted may take until it is handled. */
const DRAIN_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
/** A server that has nothing to do for so long has ended what the last level left. */
const SETTLE_MS = 150;

/** Measures; a contender that fails gives what it had until then, and the reason. */
export async function measureContender(contender: Contender, conditions: Conditions): Promise<Sample> {
  const levels: Sample['levels'] = new Map();
  const { stage, warmUpMs, durationMs, signal } = conditions;
  try {
    stage.requests.rewind();
    await using measurement = await Measurement.begin(contender, { stage, signal });
    await measurement.level(WARM_UP_IN_FLIGHT, warmUpMs);
    for (const inFlight of contender.levels) {
      levels.set(inFlight, await measurement.level(inFlight, durationMs, contender.load));
    }
    return { levels, failure: undefined };
  } catch (error) {
    signal.throwIfAborted();
    return { levels, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** What serves without a database gets one of nothing. */
async function databaseOf(
  { store, rememberedIds = 0 }: Contender,
  stage: Stage,
): Promise<Partial<Database> & AsyncDisposable> {
  if (store === undefined) return { async [Symbol.asyncDispose]() {} };
  return await (await stage.databases(store)).copy(rememberedIds);
}

/** A contender that serves in a process of its own, on its own database, until it is disposed of. */
export class Measurement implements AsyncDisposable {
  readonly #contender: Contender;
  readonly #conditions: Pick<Conditions, 'stage' | 'signal'>;
  readonly #child: Child;
  readonly #parts: AsyncDisposable;
  readonly #port: number;
  /** Events that were answered. */
  #known = { first: 0, count: 1 };
  /** New events only. */
  #sent = 0;

  private constructor(
    contender: Contender,
    deps: { conditions: Pick<Conditions, 'stage' | 'signal'>; child: Child; parts: AsyncDisposable; port: number },
  ) {
    this.#contender = contender;
    this.#conditions = deps.conditions;
    this.#child = deps.child;
    this.#parts = deps.parts;
    this.#port = deps.port;
  }

  static async begin(contender: Contender, conditions: Pick<Conditions, 'stage' | 'signal'>): Promise<Measurement> {
    const { stage } = conditions;
    await using parts = new AsyncDisposableStack();
    const database = parts.use(await databaseOf(contender, stage));
    const child = parts.use(Child.start('eventServer'));
    const { requestBytes } = await stage.requests.reserve(1);
    const { port } = await child.ask('serve', setupOf(contender, { stage, database, requestBytes }));
    return new Measurement(contender, { conditions, child, parts: parts.move(), port });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }

  /** Sends for `durationMs`, and waits until everything is handled. @throws Error when anything is lost, refused or handled twice */
  async level(inFlight: number, durationMs: number, load: EventLoad = 'new'): Promise<Values> {
    const before = await this.#child.ask('usage', null);
    const result = await this.#send(inFlight, durationMs, load);
    const endedAtMs = Date.now();
    const atEnd = await this.#child.ask('usage', null);
    const after = await this.#drained(before, leastHandled(result, inFlight, load));
    if (load === 'repeats' && after.handled > before.handled) {
      throw new Error(`${after.handled - before.handled} known events were handled again`);
    }
    return valuesOf({ before, atEnd, after, endedAtMs, result });
  }

  async #send(inFlight: number, durationMs: number, events: EventLoad): Promise<LoadResult> {
    const { stage, signal } = this.#conditions;
    const isConstant = this.#contender.kind === 'constant';
    const mayRepeat = isConstant || events === 'repeats';
    const range = await stage.requests.reserve(isConstant ? inFlight : mostRequests({ inFlight, durationMs }));
    const load: Load = { ...range, port: this.#port, inFlight, durationMs, mayRepeat };
    if (events === 'repeats') Object.assign(load, this.#known);
    if (events === 'mixed') load.known = this.#known;
    const result = await Promise.race([stage.generator.run(load, signal), this.#child.failed]);
    const fresh = mayRepeat ? 0 : events === 'mixed' ? Math.ceil(result.sent / 2) : result.sent;
    // The last ones may be without an answer, and wrk asks for one in the beginning that it does not send: those are not known.
    if (events === 'new') this.#known = { first: range.first + 1, count: Math.max(1, result.requests - inFlight - 1) };
    stage.requests.used(fresh);
    this.#sent += isConstant ? result.sent : fresh;
    if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests} events were not answered 2xx`);
    if (result.isExhausted)
      throw new Error(`${result.sent} requests were sent where ${range.count} were made: some came twice`);
    if (result.requests === 0) throw new Error('no event was answered');
    return result;
  }

  /** Until a listener had every accepted event. Those without an answer when the time was over may be handled or not. */
  async #drained(before: Usage, requests: number): Promise<Usage> {
    const giveUpAtMs = performance.now() + DRAIN_TIMEOUT_MS;
    for (;;) {
      const usage = await this.#child.ask('usage', null);
      const handled = usage.handled - before.handled;
      // Of all levels so far: on a busy machine a few that got no answer in the last one are handled in this one.
      if (usage.handled > this.#sent) throw new Error(`${usage.handled} events were handled of ${this.#sent} sent`);
      if (handled >= requests) break;
      if (performance.now() > giveUpAtMs) throw new Error(`${handled} of ${requests} accepted events were handled`);
      await sleep(POLL_MS, undefined, { signal: this.#conditions.signal });
    }
    await sleep(SETTLE_MS, undefined, { signal: this.#conditions.signal });
    return await this.#child.ask('usage', null);
  }
}

/** How many events a listener must have had, of those that were answered. */
function leastHandled({ requests, sent }: LoadResult, inFlight: number, load: EventLoad): number {
  if (load === 'new') return requests;
  return load === 'repeats' ? 0 : Math.max(0, Math.ceil(sent / 2) - inFlight);
}

function setupOf(
  { kind, commitDelayMs, watching }: Contender,
  { stage, database, requestBytes }: { stage: Stage; database: Partial<Database>; requestBytes: number },
): ServerSetup {
  const { databaseUrl, encryptionKeys } = database;
  return {
    kind,
    signingSecret: stage.signingSecret,
    apiUrl: stage.apiUrl,
    requestBytes,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(encryptionKeys === undefined ? {} : { encryptionKeys }),
    ...(commitDelayMs === undefined ? {} : { commitDelayMs }),
    ...(watching === undefined ? {} : { watching }),
  };
}

interface Observed {
  before: Usage;
  /** When the generator had ended. */
  atEnd: Usage;
  endedAtMs: number;
  /** When everything was handled. */
  after: Usage;
  result: LoadResult;
}

/** Handled per second counts the time until the last event was handled: a queue that only grows is no speed. */
export function valuesOf({ before, atEnd, endedAtMs, after, result }: Observed): Values {
  const { requests, durationMs, p50Ms, p99Ms, cpuMs } = result;
  const handled = after.handled - before.handled;
  const drainMs = Math.max(0, after.lastHandledAtMs - endedAtMs);
  return {
    accepted: (requests * 1_000) / durationMs,
    handled: (handled * 1_000) / (durationMs + drainMs),
    p50Ms,
    p99Ms,
    cpuMicros: ((after.cpuMs - before.cpuMs) * 1_000) / requests,
    rssMib: atEnd.rssBytes / 2 ** 20,
    backlog: Math.max(0, after.handled - atEnd.handled),
    generatorBusy: cpuMs / durationMs,
  };
}
