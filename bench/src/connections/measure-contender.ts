/** One contender, once: memory, connecting, and coming back after each way of losing sockets. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../processes/child.ts';
import type { ClientSetup, Memory, Team } from '../processes/messages.ts';
import type { Contender } from './contenders.ts';
import type { MeasureName, Sample } from './measures.ts';
import { untilEachHas, untilSocketsAre } from './simulator-watch.ts';
import type { Stage } from './stage.ts';

/** How a run is done. */
export interface Conditions {
  stage: Stage;
  isQuick: boolean;
  signal: AbortSignal;
}

/** At the default limit of 50 connects per second 1,000 teams take 20 s; a client that needs longer than this per team has failed. */
const TIMEOUT_BASE_MS = 60_000;
const TIMEOUT_PER_TEAM_MS = 60;
const SETTLE_TIMEOUT_MS = 10_000;
/** Until what the burst of connects left behind is gone. */
const IDLE_MS = 3_000;
const QUICK_IDLE_MS = 300;
/** Between two losses, so that nothing of the first is left. */
const PAUSE_MS = 1_000;
/** More silent peers than a fifth look like trouble of Slack's, which clients should sit out. */
const MUTE_SHARE = 0.1;
/** Longer than any client waits for a pong that belongs to a few sockets. */
const OUTAGE_MS = 60_000;
const OUTAGE_AFTERMATH_MS = 5_000;

/** Measures; a contender that fails gives what it had until then, and the reason. */
export async function measureContender(contender: Contender, conditions: Conditions): Promise<Sample> {
  const values: Sample['values'] = {};
  try {
    await new Measurement(contender, conditions, values).run();
    return { values, failure: undefined };
  } catch (error) {
    conditions.signal.throwIfAborted();
    return { values, failure: error instanceof Error ? error.message : String(error) };
  } finally {
    await untilSocketsAre(conditions.stage.control, 0, { timeoutMs: SETTLE_TIMEOUT_MS, signal: conditions.signal });
  }
}

class Measurement {
  readonly #contender: Contender;
  readonly #conditions: Conditions;
  readonly #values: Sample['values'];
  readonly #teamIds: readonly string[];
  readonly #timeoutMs: number;
  #children: readonly Child[] = [];

  constructor(contender: Contender, conditions: Conditions, values: Sample['values']) {
    this.#contender = contender;
    this.#conditions = conditions;
    this.#values = values;
    this.#teamIds = conditions.stage.teams.map(({ teamId }) => teamId);
    this.#timeoutMs = TIMEOUT_BASE_MS + TIMEOUT_PER_TEAM_MS * this.#teamIds.length;
  }

  async run(): Promise<void> {
    const empty = this.#contender.processes === 1 ? await this.#memoryOfEmpty() : undefined;
    await using children = await this.#startAll();
    this.#children = children.list;
    await this.#connect();
    await this.#idle();
    if (empty) await this.#weigh(empty);
    await this.#lose('close', 'closeMs');
    await sleep(PAUSE_MS, undefined, { signal: this.#conditions.signal });
    await this.#lose('reset', 'resetMs');
    if (!this.#contender.hasLivenessCheck || this.#conditions.isQuick) return;
    await sleep(PAUSE_MS, undefined, { signal: this.#conditions.signal });
    await this.#mute();
    await sleep(PAUSE_MS, undefined, { signal: this.#conditions.signal });
    await this.#muteAll();
    await sleep(PAUSE_MS, undefined, { signal: this.#conditions.signal });
    await this.#outage();
  }

  async #memoryOfEmpty(): Promise<Memory> {
    await using child = await this.#start([]);
    await this.#orDeath(child.ask('connect', null), [child]);
    await this.#idle();
    return await child.ask('memory', null);
  }

  async #connect(): Promise<void> {
    const after = await this.#conditions.stage.control.lastSeq();
    const startedAtMs = Date.now();
    const begun = Promise.all(this.#children.map((child) => child.ask('connect', null)));
    await this.#orDeath(begun);
    const openedAtMs = await this.#untilOpen('connected', this.#teamIds, after);
    this.#note('connectMs', latest(openedAtMs) - startedAtMs);
  }

  async #weigh(empty: Memory): Promise<void> {
    for (const child of this.#children) {
      const { rssBytes, heapBytes } = await this.#orDeath(child.ask('memory', null));
      this.#note('rssPerTeam', (rssBytes - empty.rssBytes) / this.#teamIds.length);
      this.#note('heapPerTeam', (heapBytes - empty.heapBytes) / this.#teamIds.length);
    }
  }

  async #lose(kind: 'close' | 'reset', measure: 'closeMs' | 'resetMs'): Promise<void> {
    const { control } = this.#conditions.stage;
    const before = await this.#cpu();
    const after = await control.lastSeq();
    await control.fault({ kind });
    const openedAtMs = await this.#untilOpen(`back after ${kind}`, this.#teamIds, after);
    const lostAtMs = await this.#faultAtMs(after);
    this.#note(measure, latest(openedAtMs) - lostAtMs);
    if (kind === 'reset') this.#noteCpu(before, await this.#cpu());
  }

  async #mute(): Promise<void> {
    const { control } = this.#conditions.stage;
    const muted = this.#teamIds.slice(0, Math.max(1, Math.floor(this.#teamIds.length * MUTE_SHARE)));
    const after = await control.lastSeq();
    for (const team of muted) await control.fault({ kind: 'mute', team });
    const mutedAtMs = await untilEachHas(control, this.#expectation('muted', 'fault', muted, after));
    const closed = this.#expectation('noticed the mute peer', 'socket_close', muted, after);
    const closedAtMs = await this.#orDeath(untilEachHas(control, closed));
    const openedAtMs = await this.#untilOpen('replaced the mute peer', muted, after);
    this.#note('muteNoticedMs', longest(mutedAtMs, closedAtMs));
    this.#note('muteReplacedMs', longest(mutedAtMs, openedAtMs));
  }

  async #muteAll(): Promise<void> {
    const { control } = this.#conditions.stage;
    const after = await control.lastSeq();
    await control.fault({ kind: 'mute' });
    const mutedAtMs = await this.#faultAtMs(after);
    const closed = this.#expectation('noticed that all are mute', 'socket_close', this.#teamIds, after);
    this.#note('allMuteNoticedMs', latest(await this.#orDeath(untilEachHas(control, closed))) - mutedAtMs);
    const openedAtMs = await this.#untilOpen('replaced all mute peers', this.#teamIds, after);
    this.#note('allMuteReplacedMs', latest(openedAtMs) - mutedAtMs);
  }

  /** Every socket stalls, new ones are not to be had, and then all goes on: how many did the client give up meanwhile? */
  async #outage(): Promise<void> {
    const { stage, signal } = this.#conditions;
    const after = await stage.control.lastSeq();
    await stage.control.fault({ kind: 'mute', forMs: OUTAGE_MS });
    const refusal = await stage.control.fault({ kind: 'server_error', method: 'rtm.connect' });
    await this.#orDeath(sleep(OUTAGE_MS + OUTAGE_AFTERMATH_MS, undefined, { signal }));
    const dropped = await stage.control.log({ kind: 'socket_close', after, limit: 1_000_000 });
    this.#note('outageDropped', dropped.length);
    await stage.control.removeFaults(refusal.id);
  }

  async #untilOpen(what: string, teamIds: readonly string[], after: number): Promise<ReadonlyMap<string, number>> {
    const { stage, signal } = this.#conditions;
    const expectation = this.#expectation(what, 'socket_open', teamIds, after);
    const openedAtMs = await this.#orDeath(untilEachHas(stage.control, expectation));
    const settled = untilSocketsAre(stage.control, this.#teamIds.length, { timeoutMs: SETTLE_TIMEOUT_MS, signal });
    await this.#orDeath(settled);
    return openedAtMs;
  }

  #expectation(
    what: string,
    kind: 'fault' | 'socket_open' | 'socket_close',
    teamIds: readonly string[],
    after: number,
  ) {
    return { what, kind, teamIds, after, timeoutMs: this.#timeoutMs, signal: this.#conditions.signal };
  }

  /** When the simulator had told every socket. */
  async #faultAtMs(after: number): Promise<number> {
    const [record] = await this.#conditions.stage.control.log({ kind: 'fault', after });
    if (!record) throw new Error('the simulator has no record of the fault');
    return record.atMs;
  }

  async #cpu(): Promise<Usage> {
    const simulatorMs = await this.#conditions.stage.simulator.ask('cpu', null);
    const clients = await this.#orDeath(Promise.all(this.#children.map((child) => child.ask('cpu', null))));
    return { simulatorMs, clientMs: clients.reduce((sum, ms) => sum + ms, 0) };
  }

  #noteCpu(before: Usage, now: Usage): void {
    this.#note('clientCpuMs', (now.clientMs - before.clientMs) / this.#teamIds.length);
    this.#note('simulatorCpuMs', (now.simulatorMs - before.simulatorMs) / this.#teamIds.length);
  }

  #note(measure: MeasureName, value: number): void {
    this.#values[measure] = value;
  }

  async #startAll(): Promise<AsyncDisposable & { list: readonly Child[] }> {
    const { teams } = this.#conditions.stage;
    const share = Math.ceil(teams.length / this.#contender.processes);
    const list: Child[] = [];
    const stop = async () => void (await Promise.all(list.map((child) => child.stop())));
    try {
      for (let from = 0; from < teams.length; from += share) {
        list.push(await this.#start(teams.slice(from, from + share)));
      }
    } catch (error) {
      await stop();
      throw error;
    }
    return { list, [Symbol.asyncDispose]: stop };
  }

  async #start(teams: readonly Team[]): Promise<Child> {
    const child = Child.start('contender');
    try {
      await child.ask('prepare', await this.#setup(teams));
      return child;
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  async #setup(teams: readonly Team[]): Promise<ClientSetup> {
    const { kind, isBare } = this.#contender;
    const { stage } = this.#conditions;
    if (kind !== 'server') return { kind, apiUrl: stage.apiUrl, teams };
    const databaseUrl = await stage.newDatabase(teams.length > 0 ? 'all' : 'none');
    return { kind, apiUrl: stage.apiUrl, teams: [], databaseUrl, isBare };
  }

  /** Idle HTTP connections are the burst's, not the teams': clients would keep them for minutes, as long as Slack does. */
  async #idle(): Promise<void> {
    const { stage, isQuick, signal } = this.#conditions;
    await stage.simulator.ask('closeIdle', null);
    await sleep(isQuick ? QUICK_IDLE_MS : IDLE_MS, undefined, { signal });
  }

  /** Waits for work, or for the death of a child, which is the failure then. */
  #orDeath<Result>(work: Promise<Result>, children = this.#children): Promise<Result> {
    return Promise.race([work, ...children.map(({ failed }) => failed)]);
  }
}

/** Processor time so far. */
interface Usage {
  simulatorMs: number;
  clientMs: number;
}

function latest(atMs: ReadonlyMap<string, number>): number {
  return Math.max(...atMs.values());
}

/** The longest time between two things that happened to a team. */
function longest(fromMs: ReadonlyMap<string, number>, toMs: ReadonlyMap<string, number>): number {
  return Math.max(...Array.from(toMs, ([team, atMs]) => atMs - (fromMs.get(team) ?? Number.NaN)));
}
