/**
 * The Socket Mode connections of this process: a few slots of the app, shared by all teams. Joins the supervisor with the
 * receiver, and tells the operator what only they can repair. No team is ever blamed for what happens here.
 */
import { createHash } from 'node:crypto';
import { BotServerError } from '../errors.ts';
import type { HookEmitter } from '../events.ts';
import {
  FIRST_SOCKET_SLOT,
  type GainedShard,
  MAX_SOCKET_SLOTS,
  type Ownership,
  type OwnershipFollower,
  type Shard,
} from '../ownership/ownership.ts';
import type { SlotSockets } from '../ownership/slot-sockets-repository.ts';
import type { DeliveryReceiver } from '../slack/delivery/delivery.ts';
import type { Egress } from '../slack/proxy.ts';
import { classify, type VerdictOverrides } from '../slack/verdict.ts';
import type { CallSlack } from '../slack/web-api.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { ConnectionChange, Gap } from './connection-observer.ts';
import { createSocketAcks, type SocketAcks, type SocketCounts } from './socket-acks.ts';
import { readHello } from './socket-envelope.ts';
import { OwnSocketGap, SharedSocketGap, type SocketGap } from './socket-gap.ts';
import { SocketStagger } from './socket-stagger.ts';
import { APP_MISMATCH, createSocketTransport } from './socket-transport.ts';
import { type ConnectionCounts, type ConnectionListener, Supervisor, type SupervisorOptions } from './supervisor.ts';
import type { ConnectAnswer, Frame } from './transport.ts';

export interface SocketConnectionsOptions
  extends Pick<SupervisorOptions, 'timings' | 'limiter' | 'heartbeat' | 'maxFrameBytes'> {
  /** How many are kept open; from 1 to 5, because Slack allows 10 and all may be refreshed together. @defaultValue 2 */
  socketCount?: number;
}

export const socketConnectionsDefaults = { socketCount: 2 } as const;

export interface SocketConnectionsDeps {
  appToken: string;
  /** Each slot needs its shard: FIRST_SOCKET_SLOT is the first one's. */
  ownership: Pick<Ownership, 'owns' | 'epochOf'>;
  callSlack: CallSlack;
  egress?: Egress | undefined;
  receiver: DeliveryReceiver;
  /** Is told what its sockets hear. */
  hearing?: SlotListener;
  /** The app of this server; null while it is not known. */
  appId(): string | null;
  /** Each step of a socket, for whoever counts. @defaultValue nobody */
  onChange?: (change: ConnectionChange) => void;
  hooks: HookEmitter;
  clock: Clock;
  random: () => number;
  log: ConnectionLog;
  verdicts: VerdictOverrides;
  options: SocketConnectionsOptions;
  /** Where nodes share the slots. @defaultValue this process has them all */
  slotSockets?: SlotSockets | undefined;
  /** Where this process has them all: see OwnSocketGap. */
  keepLostAt?: ((lostAtMs: number | null) => Promise<void>) | undefined;
}

/** Whoever watches whether the slots hear. */
export interface SlotListener {
  /** An event came on the slot. */
  heardOn(slot: string): void;
  slotOpened(slot: string): void;
  slotClosed(slot: string): void;
}

interface ConnectionLog {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/**
 * A fenced node keeps its sockets for so long, in milliseconds: a process that was frozen stores in it what waited on them. Longer it
 * must not be: the fence comes up to 9 s after the database was heard of last, Slack waits 3 s for an ack before it tries elsewhere, and
 * within 12 s the work of a node that is cut off should go on.
 */
const KEEP_FENCED_MS = 500;

/**
 * Keeps the sockets of the app: of its slots those that this process owns. What comes on them is stored and acknowledged by whoever
 * gets it, fenced or not. A node that cannot reach the database acknowledges nothing, and Slack knows only by the end of a socket
 * that it should send elsewhere; that of a team (RTM) hinders nobody, and is kept longer.
 */
export class SocketConnections implements OwnershipFollower {
  readonly #deps: SocketConnectionsDeps;
  readonly #slots: readonly string[];
  readonly #generation: string;
  readonly #acks: SocketAcks;
  readonly #supervisor: Supervisor;
  readonly #stagger: SocketStagger;
  /** What the operator was told last: it comes again with each attempt, and is told once. */
  #problem: string | undefined;
  /** Sockets of the app that are not ours, as they were told last. */
  #foreign = 0;
  readonly #gap: SocketGap;
  #isStarted = false;
  #fence: Timer | undefined;

  /** @throws BotServerError `invalid_configuration` when `socketCount` is not allowed */
  constructor(deps: SocketConnectionsDeps) {
    const { socketCount = socketConnectionsDefaults.socketCount, ...options } = deps.options;
    const { clock, random, log, verdicts, callSlack, appToken: token } = deps;
    this.#deps = deps;
    this.#slots = slotsOf(socketCount);
    this.#generation = createHash('sha256').update(token).digest('hex').slice(0, 16);
    this.#acks = createSocketAcks(deps);
    this.#gap = createSocketGap(deps);
    this.#stagger = new SocketStagger({
      slots: this.#slots,
      refresh: (slot) => this.#supervisor.refresh(slot, 'staggered'),
      clock,
    });
    const transport = createSocketTransport({
      call: (method, { signal }) => callSlack(method, { token, purpose: 'connect', signal }),
      classify: (code) => classify(code, 'open', verdicts),
      appId: () => deps.appId(),
    });
    this.#supervisor = new Supervisor({
      transport: {
        ...transport,
        // Asked last of all: a process that hung on its way here must not connect beside the new owner.
        requestUrl: (slot, signal) =>
          this.#isOwned(slot) ? transport.requestUrl(slot, signal) : Promise.resolve(notOwned),
      },
      clock,
      random,
      ...options,
      tunnelTo: deps.egress?.tunnelTo,
      listener: this.#listener(),
      reportError: (error, facts) => log.error({ err: error, ...facts }, 'connection callback failed'),
    });
  }

  /** Connects the slots of this process; goes on in the background. */
  start(): void {
    this.#isStarted = true;
    this.#connect(this.#slots.filter((slot) => this.#isOwned(slot)));
  }

  gained(gained: readonly GainedShard[]): void {
    const shards = new Set(gained.map(({ shard }) => shard));
    const slot = gained.find(({ shard }) => shard === FIRST_SOCKET_SLOT);
    if (slot) this.#gap.gained?.(slot.unservedMs);
    if (this.#isStarted) this.#connect(this.#slotsIn(shards));
  }

  /** A socket stays until its slot is lost, so that there is one at any time. */
  async drain(shards: readonly Shard[]): Promise<void> {
    this.#pause(this.#slotsIn(new Set(shards)));
  }

  lost(shards: readonly Shard[]): void {
    for (const slot of this.#slotsIn(new Set(shards))) this.#supervisor.drop(slot, 'moved');
  }

  fenced(): void {
    const slots = this.#slots.filter((slot) => this.#supervisor.status(slot) !== undefined);
    this.#pause(slots);
    this.#fence?.cancel();
    this.#fence = this.#deps.clock.after(KEEP_FENCED_MS, () => {
      for (const slot of slots) this.#supervisor.cut(slot, 'fenced');
    });
  }

  resumed(): void {
    this.#fence?.cancel();
    if (this.#isStarted) this.start();
  }

  /** Opens none any more, answers what is in hand and closes; what is left after `graceMs` is cut. */
  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.#fence?.cancel();
    this.#stagger.stop();
    await this.#supervisor.stop({ graceMs });
  }

  /** Whether Slack counts connections that are not ours: some events may go there. */
  get isShared(): boolean {
    return this.#foreign > 0;
  }

  /** Gives the slot another connection although its own answers: the successor first. */
  replace(slot: string): void {
    this.#supervisor.refresh(slot, 'deaf');
  }

  /** How many can take envelopes now. */
  get open(): number {
    return this.#supervisor.counts().byKind.open;
  }

  /** How many there are of each kind. */
  get connections(): ConnectionCounts {
    return this.#supervisor.counts();
  }

  /** What became of frames since the start. */
  get counts(): Readonly<SocketCounts> & { malformed: number } {
    return { ...this.#acks.counts, malformed: this.#supervisor.counts().malformedFrames };
  }

  #connect(slots: readonly string[]): void {
    for (const slot of slots) this.#supervisor.want(slot, { generation: this.#generation, mode: 'connected' });
  }

  #pause(slots: readonly string[]): void {
    for (const slot of slots) this.#supervisor.want(slot, { generation: this.#generation, mode: 'paused' });
  }

  #isOwned(slot: string): boolean {
    return this.#deps.ownership.owns(this.#shardOf(slot));
  }

  #shardOf(slot: string): Shard {
    return FIRST_SOCKET_SLOT + this.#slots.indexOf(slot);
  }

  #slotsIn(shards: ReadonlySet<Shard>): string[] {
    return this.#slots.filter((slot) => shards.has(this.#shardOf(slot)));
  }

  #listener(): ConnectionListener {
    return {
      onFrame: (slot, frame, { reply }) => {
        if (frame.type === 'events_api') this.#deps.hearing?.heardOn(slot);
        void this.#acks.take(frame, reply);
      },
      onHello: (slot, frame) => this.#onHello(slot, frame),
      onState: (slot, change) => {
        this.#deps.onChange?.(change);
        this.#logState(slot, change);
        if (change.to !== 'open') this.#closed(slot);
        this.#watchGap(slot, change);
      },
      onOperatorProblem: (slot, code) => this.#onProblem(slot, code),
    };
  }

  #closed(slot: string): void {
    this.#stagger.closed(slot);
    this.#deps.hearing?.slotClosed(slot);
  }

  #onHello(slot: string, frame: Frame): void {
    const { connections, lifeMs } = readHello(frame);
    this.#deps.hearing?.slotOpened(slot);
    this.#problem = undefined;
    if (lifeMs !== undefined) this.#stagger.opened(slot, lifeMs);
    if (connections !== undefined) this.#compare(connections);
  }

  /** Envelopes go to any socket of the app, and one that nobody reads swallows its share. (python-slack-sdk #1940) */
  #compare(connections: number): void {
    // Those of slots that other nodes own are the server's as well.
    const elsewhere = this.#slots.filter((slot) => this.#deps.ownership.epochOf(this.#shardOf(slot)) === undefined);
    const ours = this.#supervisor.counts().sockets + elsewhere.length;
    const foreign = Math.max(0, connections - ours);
    if (foreign === this.#foreign) return;
    this.#foreign = foreign;
    const facts = { connections, ours };
    if (foreign === 0) this.#deps.log.info(facts, 'all connections that Slack counts are ours again');
    else this.#deps.log.warn(facts, 'another process uses this app token, or Slack still counts lost connections');
  }

  #onProblem(slot: string, code: string): void {
    const { hooks, log } = this.#deps;
    if (this.#problem === code) return log.warn({ slot, code }, 'Socket Mode is still refused');
    this.#problem = code;
    const error = problemError(code, this.#deps.appId());
    log.error({ slot, code, err: error }, 'Socket Mode is refused because of the configuration');
    void hooks.emit('error', { teamId: null, where: 'socket mode', error });
  }

  /** What this process closes by itself is no loss; that it has no slot any more the row says with that. */
  #watchGap(slot: string, { from, to }: ConnectionChange): void {
    if (to === 'open' && from !== 'open') this.#gap.opened(this.#shardOf(slot));
    else if (from === 'open' && to !== 'open' && to !== 'stopped') this.#gap.lost(this.#shardOf(slot));
  }

  #logState(slot: string, { from, to, successor, reason, attempt, retryAtMs }: ConnectionChange): void {
    const { log, clock } = this.#deps;
    const facts = { slot, reason, attempt };
    if (to === 'open' && from !== 'open') log.info(facts, 'Socket Mode connected');
    else if (to === 'waiting') {
      const retryInMs = retryAtMs === null ? null : Math.max(0, Math.round(retryAtMs - clock.now()));
      log.warn({ ...facts, retryInMs }, from === 'open' ? 'Socket Mode connection lost' : 'Socket Mode not connected');
    } else log.debug({ ...facts, from, to, successor }, 'Socket Mode connection changed');
  }
}

function createSocketGap({ slotSockets: sockets, ...deps }: SocketConnectionsDeps): SocketGap {
  const { hooks, log } = deps;
  const onGap = async (gap: Gap) => {
    log.warn({ ...gap, ms: gap.toMs - gap.fromMs }, 'there was no Socket Mode connection');
    await hooks.emit('gap', { teamId: null, ...gap });
  };
  return sockets
    ? new SharedSocketGap({ ...deps, sockets, onGap })
    : new OwnSocketGap({ ...deps, keep: deps.keepLostAt, onGap });
}

const notOwned: ConnectAnswer = { kind: 'failed', reason: 'not_owned', isOverload: false };

function slotsOf(count: number): string[] {
  if (!Number.isInteger(count) || count < 1 || count > MAX_SOCKET_SLOTS) {
    const message = `socketCount = ${count} must be a whole number from 1 to ${MAX_SOCKET_SLOTS}`;
    throw new BotServerError('invalid_configuration', message);
  }
  return Array.from({ length: count }, (_, index) => `socket-${index + 1}`);
}

function problemError(code: string, appId: string | null): BotServerError {
  if (code === APP_MISMATCH) {
    const message = `The app token belongs to another Slack app than this database, which is of ${appId}`;
    return new BotServerError('app_mismatch', message, { facts: { appId } });
  }
  const message = `Slack refuses Socket Mode: ${code}`;
  return new BotServerError('connect_refused', message, { facts: { slackError: code } });
}
