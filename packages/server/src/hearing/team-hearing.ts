/**
 * Joins what the one fetch posts with what comes back: each RTM connection has an ear, and the app one for all its sockets or
 * for its request URL. A deaf socket is replaced; of a deaf request URL the operator is told, since only they can do something.
 */
import { BotServerError } from '../errors.ts';
import type { HookEmitter } from '../events.ts';
import type { SentPost } from '../slack/sent-post.ts';
import type { CallSlack } from '../slack/web-api.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Clock } from '../time/clock.ts';
import { type DeafFacts, Ear } from './ear.ts';
import type { Post } from './hearing-state.ts';
import { type ChannelAnswer, postsThatReturn } from './membership.ts';
import { idOf, type OwnPost, OwnPosts } from './own-posts.ts';
import { SerialReplacement } from './serial-replacement.ts';

type SlackTransport = 'http' | 'socket' | 'rtm';

/** Nothing was heard from then on, until a successor took over or events came again. */
export interface DeafGap {
  fromMs: number;
  toMs: number;
}

/** What it does about deaf connections. */
export interface Replaceable {
  /** Whether the RTM connection of the installation is open. */
  isOpen(key: InstallationKey): boolean;
  /** Begins a successor for the RTM connection, or for the slot of a Socket Mode connection. */
  replace(keyOrSlot: string): void;
  /** Whether another process takes events of this app. */
  isShared(): boolean;
}

/** Whose posts they are, and with which token Slack is asked; the roster knows. */
export interface KnownInstallations {
  keyOfBot(id: string): InstallationKey | undefined;
  ofKey(key: InstallationKey): { token: string | undefined } | undefined;
  team(teamId: string): { installation: { key: InstallationKey } } | undefined;
}

export interface TeamHearingDeps {
  transport: SlackTransport;
  roster: KnownInstallations;
  callSlack: CallSlack;
  /** Something was found deaf. @defaultValue nobody counts */
  onDeaf?: () => void;
  hooks: HookEmitter;
  clock: Clock;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
}

/** Where there are none, as over HTTP, nothing can be replaced. */
const noConnections: Replaceable = { isOpen: () => false, replace() {}, isShared: () => false };
/** The source of an ear that has one only. */
const ONE_SOURCE = 'connection';
/** How long Slack may take to say whether the bot is a member, in milliseconds. */
const ASK_MS = 5_000;
/** A server that never sent a bot its own posts is not taken for deaf more often. */
const MAX_TIMES_UNPROVEN = 2;

const CHECK_AT_SLACK =
  'In the settings of the app at Slack, under Event Subscriptions, check that events are switched on (Slack switches them off when too many fail), that the message events are still subscribed to';
const FIXES: Record<SlackTransport, string> = {
  http: `${CHECK_AT_SLACK}, and that the request URL is this server’s; press Retry beside it and save.`,
  socket: `${CHECK_AT_SLACK}, and that Socket Mode is on. Sockets were replaced, which did not help.`,
  rtm: 'The connection was replaced, which did not help. Check https://slack-status.com; if it stays like this, install the app there again.',
};

/** One per process. */
export class TeamHearing {
  readonly #deps: TeamHearingDeps;
  readonly #ownPosts: OwnPosts;
  #connections: Replaceable = noConnections;
  readonly #ears = new Map<InstallationKey, Ear>();
  readonly #appEar: Ear | undefined;
  readonly #replacing: SerialReplacement;
  /** Since when, of RTM connections whose successor is on its way. */
  readonly #deafFromMs = new Map<InstallationKey, number>();
  /** The same of the request URL. */
  #urlDeafFromMs: number | undefined;

  constructor(deps: TeamHearingDeps) {
    this.#deps = deps;
    const { clock, transport } = deps;
    this.#ownPosts = new OwnPosts({ clock, isLearned: transport !== 'rtm' });
    this.#appEar = transport === 'rtm' ? undefined : this.#createEar(null);
    this.#replacing = new SerialReplacement({ replace: (slot) => this.#connections.replace(slot), clock });
    if (transport === 'http') this.#appEar?.opened(ONE_SOURCE);
  }

  /** From now on these are replaced when they are deaf. */
  watch(connections: Replaceable): void {
    this.#connections = connections;
  }

  /** The one fetch posted something for a bot. */
  posted({ key: team, channel, ts }: SentPost): void {
    const post = { team, channel, ts };
    if (!this.#ownPosts.isExpected(post)) return;
    const ear = this.#appEar ?? this.#earOf(team);
    ear?.posted({ id: idOf(post), team, channel });
  }

  /** An RTM frame came. */
  heardFrame(key: InstallationKey, frame: Readonly<Record<string, unknown>>): void {
    const ear = this.#ears.get(key);
    ear?.heard(ONE_SOURCE);
    this.#noteReturn(key, frame, ear);
  }

  /** An event came on the slot of a Socket Mode connection. */
  heardOn(slot: string): void {
    this.#appEar?.heard(slot);
  }

  /**
   * An event of a team came over HTTP or Socket Mode. One that Slack sends again, as nobody took it at first, is no proof that
   * all sockets hear.
   */
  heardEvent(teamId: string, event: Readonly<Record<string, unknown>>, { isAgain }: { isAgain: boolean }): void {
    const ear = this.#appEar;
    if (!ear) return;
    const key = this.#deps.roster.team(teamId)?.installation.key ?? teamId;
    ear.heard(ONE_SOURCE);
    ear.heardOf(key);
    if (!isAgain) this.#noteReturn(key, event, ear);
  }

  /** Slack dropped events of a team. */
  excused(teamId: string): void {
    const key = this.#deps.roster.team(teamId)?.installation.key ?? teamId;
    this.#ownPosts.excuse(key);
    this.#appEar?.excused(key);
  }

  /** An RTM connection said hello; answers since when its predecessor was deaf, if it was replaced for that. */
  opened(key: InstallationKey): DeafGap | undefined {
    this.#ears.get(key)?.opened(ONE_SOURCE);
    const fromMs = this.#deafFromMs.get(key);
    this.#deafFromMs.delete(key);
    return fromMs === undefined ? undefined : this.#gapSince(fromMs);
  }

  /** It was lost, or closed for good. */
  closed(key: InstallationKey): void {
    this.#ears.get(key)?.stop();
    this.#ears.delete(key);
    this.#deafFromMs.delete(key);
  }

  slotOpened(slot: string): void {
    this.#appEar?.opened(slot);
    this.#replacing.opened(slot);
  }

  slotClosed(slot: string): void {
    this.#appEar?.closed(slot);
  }

  stop(): void {
    this.#replacing.stop();
    this.#appEar?.stop();
    for (const key of Array.from(this.#ears.keys())) this.closed(key);
  }

  #earOf(key: InstallationKey): Ear | undefined {
    const known = this.#ears.get(key);
    if (known || !this.#connections.isOpen(key)) return known;
    const ear = this.#createEar(key);
    this.#ears.set(key, ear);
    ear.opened(ONE_SOURCE);
    return ear;
  }

  #createEar(key: InstallationKey | null): Ear {
    return new Ear({
      clock: this.#deps.clock,
      check: (posts) => this.#check(posts),
      onDeaf: (facts) => this.#onDeaf(key, facts),
      onHears: () => this.#onHears(key),
    });
  }

  #noteReturn(team: InstallationKey, event: Readonly<Record<string, unknown>>, ear: Ear | undefined): void {
    const { type, channel, ts, bot_id: botId, user } = event;
    if (type !== 'message' || typeof channel !== 'string' || typeof ts !== 'string') return;
    const author = typeof botId === 'string' ? botId : user;
    const isOurs = typeof author === 'string' && this.#deps.roster.keyOfBot(author) === team;
    // Nearly all messages are of people, and nothing is waited for.
    if (!isOurs && !ear?.isWaiting) return;
    const post: OwnPost = { team, channel, ts };
    const isAwaited = ear?.awaits(idOf(post)) ?? false;
    if (!isOurs && !isAwaited) return;
    const id = this.#ownPosts.returned(post, { isAwaited });
    ear?.returned(id);
  }

  async #check(posts: readonly Post[]): Promise<ReadonlySet<string>> {
    if (this.#appEar && this.#connections.isShared()) return new Set();
    return await postsThatReturn(posts, { ask: (team, channel) => this.#ask(team, channel), ownPosts: this.#ownPosts });
  }

  async #ask(team: InstallationKey, channel: string): Promise<ChannelAnswer> {
    const { clock, callSlack, roster } = this.#deps;
    const token = roster.ofKey(team)?.token;
    if (token === undefined) return null;
    const ending = new AbortController();
    const timer = clock.after(ASK_MS, () => ending.abort());
    try {
      const call = { token, args: { channel }, purpose: 'call', signal: ending.signal } as const;
      const answer = await callSlack('conversations.info', call);
      if (answer.kind === 'ok') return { ok: true, channel: answer.body.channel };
      return answer.kind === 'error' ? { ok: false, code: answer.code } : null;
    } catch {
      return null;
    } finally {
      timer.cancel();
    }
  }

  #onDeaf(key: InstallationKey | null, facts: DeafFacts): void {
    const { transport } = this.#deps;
    const { times } = facts;
    if (key !== null && times > MAX_TIMES_UNPROVEN && !this.#ownPosts.hasReturned) return;
    this.#deps.onDeaf?.();
    if (transport === 'http') this.#tellOfUrl(facts);
    else this.#replace(key, facts);
    if (times === (transport === 'http' ? 1 : 2)) this.#tellOperator(key, facts);
  }

  #replace(key: InstallationKey | null, facts: DeafFacts): void {
    const { log, hooks } = this.#deps;
    const { sources, fromMs, ...words } = facts;
    if (key !== null) {
      log.warn(
        { teamId: key, fromMs, ...words },
        'connection deaf: it is replaced, as posts of the bot do not come back',
      );
      this.#deafFromMs.set(key, fromMs);
      return this.#connections.replace(key);
    }
    const what = 'Socket Mode connections deaf: they are replaced, as posts of the bot do not come back';
    log.warn({ slots: sources, fromMs, ...words }, what);
    this.#replacing.run(sources, () => {
      const gap = this.#gapSince(fromMs);
      log.warn({ ...gap, slots: sources }, 'deaf Socket Mode connections replaced');
      void hooks.emit('gap', { teamId: null, ...gap, reason: 'deaf' });
    });
  }

  #tellOfUrl({ fromMs, unheard, teams, times }: DeafFacts): void {
    this.#urlDeafFromMs ??= fromMs;
    if (times > 1) return;
    this.#deps.log.warn(
      { fromMs, unheard, teams, advice: FIXES.http },
      'Slack posts no events: posts of the bot do not come back',
    );
  }

  #tellOperator(key: InstallationKey | null, { unheard, fromMs }: DeafFacts): void {
    const { transport, hooks, log } = this.#deps;
    const whose = key === null ? 'this app' : `team ${key}`;
    const message = `Slack sends no events of ${whose}: ${unheard} posts of the bot did not come back`;
    const error = new BotServerError('events_stopped', message, {
      facts: { teamId: key, unheard, fromMs },
      fix: FIXES[transport],
    });
    if (transport !== 'http') log.error({ teamId: key, err: error, advice: error.fix }, 'events stopped');
    void hooks.emit('error', { teamId: key, where: WHERE[transport], error });
  }

  #onHears(key: InstallationKey | null): void {
    const { log, hooks } = this.#deps;
    log.info({ teamId: key }, 'events come again');
    if (this.#urlDeafFromMs === undefined) return;
    const gap = this.#gapSince(this.#urlDeafFromMs);
    this.#urlDeafFromMs = undefined;
    void hooks.emit('gap', { teamId: null, ...gap, reason: 'deaf' });
  }

  /** A clock that was set back meanwhile must not turn it around. */
  #gapSince(fromMs: number): DeafGap {
    const toMs = this.#deps.clock.now();
    return { fromMs: Math.min(fromMs, toMs), toMs };
  }
}

const WHERE: Record<SlackTransport, string> = { http: 'request URL', socket: 'socket mode', rtm: 'connection' };
