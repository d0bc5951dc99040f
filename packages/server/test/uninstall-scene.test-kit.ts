/**
 * What may happen to an installation at Slack, in any order, and what is true of it in the end. Truth is what the simulator
 * answers for a token; of the server only its rows are looked at.
 */
import { WebClient } from '@slack/web-api';
import fc from 'fast-check';
import type { AppSeed, FaultRequest, InstallationInfo } from 'slack-simulator';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { isRequest, Scene, type StoredCredentials } from './scene.test-kit.ts';
import { register } from './slack-button.test-kit.ts';
import { APP_TOKEN, openSockets } from './socket-scene.test-kit.ts';

const PEOPLE = ['ann', 'bob'] as const;
type Name = (typeof PEOPLE)[number];

/** How the events of an action come: how late each of the two, in milliseconds, and whether twice. */
interface Lateness {
  revokedMs: number;
  uninstalledMs: number;
  isTwice: boolean;
}

/** How everybody's token may end. */
type Death = 'remove_app' | 'uninstall' | 'revoke_all' | 'revoke_bot';

export type Action = { afterMs: number } & (
  | ({ does: 'die'; how: Death } & Lateness)
  | ({ does: 'revoke_person'; whose: Name } & Lateness)
  /** What ended is given anew at once, while the answer about the old token is on its way and its events are not there yet. */
  | ({ does: 'quick_return'; how: Death | 'revoke_person'; whose: Name } & Lateness)
  /** Slack tells first, and the token works a while still; its own event is lost. */
  | { does: 'die_late'; how: Death; lateMs: number; isRestarted: boolean }
  | { does: 'revoke_person_late'; whose: Name; lateMs: number }
  /** By the Slack button; perhaps while the answer about the tokens of before is on its way. */
  | { does: 'reinstall'; by: Name; isNewToken: boolean; underWay: 'nothing' | 'bot' | 'person' }
  /** A call of the bot's author, with the present token, one of the first install, or that of a person. */
  | { does: 'call'; as: 'bot' | 'kept' | Name }
  /** An event of before comes again, under its id. */
  | { does: 'repeat'; which: number }
  /** An event comes for no reason, under an id of its own. */
  | { does: 'false_alarm'; type: 'app_uninstalled' | 'tokens_revoked' }
  | { does: 'restart' }
);

const afterMs = fc.constantFrom(0, 1_000, 20_000, 45_000, 330_000);
const laterMs = fc.constantFrom(2_000, 40_000, 400_000);
const lateMs = fc.oneof(fc.constant(0), laterMs);
const soonMs = fc.constantFrom(10_000, 60_000, 240_000);
const how = fc.constantFrom<Death>('remove_app', 'uninstall', 'revoke_all', 'revoke_bot');
const name = fc.constantFrom(...PEOPLE);
const isTwice = fc.boolean();
const lateness = { revokedMs: lateMs, uninstalledMs: lateMs, isTwice };
const does = <Word extends Action['does']>(word: Word) => fc.constant(word);

const aQuickReturn: fc.Arbitrary<Action> = fc.record({
  does: does('quick_return'),
  afterMs,
  how: fc.oneof({ weight: 3, arbitrary: how }, { weight: 1, arbitrary: fc.constant('revoke_person' as const) }),
  whose: name,
  revokedMs: laterMs,
  uninstalledMs: laterMs,
  isTwice,
});
const aLateDeath: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ does: does('die_late'), afterMs, how, lateMs: soonMs, isRestarted: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ does: does('revoke_person_late'), afterMs, whose: name, lateMs: soonMs }) },
);
const aReinstall: fc.Arbitrary<Action> = fc.record({
  does: does('reinstall'),
  afterMs,
  by: name,
  isNewToken: fc.boolean(),
  underWay: fc.constantFrom('nothing', 'bot', 'person'),
});
const aFalseAlarm: fc.Arbitrary<Action> = fc.record({
  does: does('false_alarm'),
  afterMs,
  type: fc.constantFrom('app_uninstalled', 'tokens_revoked'),
});

/** One thing that happens. */
const anAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: does('die'), afterMs, how, ...lateness }) },
  { weight: 2, arbitrary: fc.record({ does: does('revoke_person'), afterMs, whose: name, ...lateness }) },
  { weight: 2, arbitrary: aQuickReturn },
  { weight: 2, arbitrary: aLateDeath },
  { weight: 5, arbitrary: aReinstall },
  { weight: 2, arbitrary: fc.record({ does: does('call'), afterMs, as: fc.constantFrom('bot', 'kept', ...PEOPLE) }) },
  { weight: 1, arbitrary: fc.record({ does: does('repeat'), afterMs, which: fc.nat(20) }) },
  { weight: 1, arbitrary: aFalseAlarm },
  { weight: 1, arbitrary: fc.record({ does: does('restart'), afterMs }) },
);

/** What happens to one installation. The end is often what is told wrong most easily: later actions would hide it. */
export const aStory: fc.Arbitrary<Action[]> = fc
  .tuple(fc.array(anAction, { maxLength: 6 }), fc.oneof(aQuickReturn, aLateDeath, anAction))
  .map(([actions, last]) => [...actions, last]);

const LIFECYCLE = ['tokens_revoked', 'app_uninstalled'] as const;
/** Strides of the clocks: the shorter, the more things come between. */
const STRIDE_MS = 20_000;
const LONG_STRIDE_MS = 60_000;
/** Real milliseconds without a record after which Slack is quiet: both clocks have waited for what they know of before. */
const QUIET_MS = 5;
/** Longer than any event is late, Slack's retries included, and the last probe after it. */
const UNTIL_SETTLED_MS = 1_200_000;

const app: AppSeed = {
  kind: 'granular',
  signingSecret: SIGNING_SECRET,
  appLevelToken: APP_TOKEN,
  botScopes: ['chat:write', 'im:history'],
  eventSubscriptions: ['message.im', ...LIFECYCLE],
};

/** One Slack and one server, in which each story has a workspace of its own. */
export class UninstallScene {
  readonly scene: Scene;
  readonly #transport: 'http' | 'socket';
  #stories = 0;

  private constructor(scene: Scene, transport: 'http' | 'socket') {
    this.scene = scene;
    this.#transport = transport;
  }

  static async open({ transport, database }: { transport: 'http' | 'socket'; database?: 'sqlite' | 'postgres' }) {
    const isSocketModeOn = transport === 'socket';
    const scene = await Scene.open({ ...(database && { database }), teams: [], app: { ...app, isSocketModeOn } });
    const opened = new UninstallScene(scene, transport);
    await opened.start();
    return opened;
  }

  async start(): Promise<void> {
    const { scene } = this;
    const after = await scene.slack.lastSeq();
    await scene.start({
      slackTransport: this.#transport,
      ...(this.#transport === 'http' ? { slackSigningSecret: SIGNING_SECRET } : { slackAppToken: APP_TOKEN }),
      slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      slackScopes: ['chat:write', 'im:history'],
      slackUserScopes: ['users:read'],
      // Nothing but what happens may find out: the daily question would hide a mistake.
      periodicCheck: { everyMs: Infinity, silentMs: Infinity },
      // A probe whose answer is held must still be judged by it, however slow the machine is.
      slackFetch: { probeTimeoutMs: 30_000 },
    });
    if (this.#transport === 'http') await pointAppAt(scene);
    else await openSockets(scene, 2, after);
  }

  /** A new workspace, in which Ann installs, and then Bob. */
  async begin(): Promise<Story> {
    const number = ++this.#stories;
    const { id, users } = await this.scene.slack.addTeam({ name: `Team ${number}`, users: [...PEOPLE] });
    const ids = Object.fromEntries(PEOPLE.map((one) => [one, users.find((user) => user.name === one)?.id ?? '']));
    const story = new Story(this, id, ids as Record<Name, string>);
    for (const by of PEOPLE) {
      await story.act({ does: 'reinstall', afterMs: 0, by, isNewToken: false, underWay: 'nothing' });
    }
    return story;
  }
}

/** What Slack says of an installation, and what the rows say. */
export interface Truth {
  atSlack: { isActive: boolean; botToken: string | undefined; people: string[] };
  inRows: { isActive: boolean; botToken: string | undefined; people: string[] };
}

/** What happens to one workspace. */
export class Story {
  readonly #stage: UninstallScene;
  readonly #team: string;
  readonly #ids: Record<Name, string>;
  /** People whose token must be in the rows while the app is active: they gave it after the bot's last death. */
  readonly #granted = new Set<Name>();
  #kept: WebClient | undefined;
  #seen = 0;

  constructor(stage: UninstallScene, team: string, ids: Record<Name, string>) {
    this.#stage = stage;
    this.#team = team;
    this.#ids = ids;
  }

  get #scene(): Scene {
    return this.#stage.scene;
  }

  async act(action: Action): Promise<void> {
    await this.#pass(action.afterMs);
    switch (action.does) {
      case 'die':
        return await this.#withLateness(action, () => this.#die(action.how));
      case 'revoke_person':
        return await this.#withLateness(action, () => this.#revoke(action.whose));
      case 'quick_return':
        return await this.#returnQuickly(action);
      case 'die_late':
        await this.#announce({ bot: true, people: action.how === 'revoke_bot' ? [] : PEOPLE });
        await this.#pass(action.lateMs);
        await this.#silently(() => this.#die(action.how));
        return action.isRestarted ? await this.#restart() : undefined;
      case 'revoke_person_late':
        await this.#announce({ bot: false, people: [action.whose] });
        await this.#pass(action.lateMs);
        return await this.#silently(() => this.#revoke(action.whose));
      case 'reinstall':
        return await this.#reinstall(action);
      case 'call':
        return await this.#call(action.as);
      case 'repeat':
        return await this.#repeat(action.which);
      case 'false_alarm':
        if (action.type === 'tokens_revoked') return await this.#announce({ bot: true, people: PEOPLE });
        await this.#scene.slack.sendEvent(this.#team, { event: { type: action.type } });
        return;
      case 'restart':
        return await this.#restart();
    }
  }

  /** Until every event has arrived and everything that it leads to is done. */
  async settle(): Promise<void> {
    await this.#scene.slack.removeFaults();
    await this.#pass(UNTIL_SETTLED_MS);
  }

  /** What is true, and what the rows say: equal, when all is well. */
  async compare(): Promise<Truth> {
    const { botToken, userTokens } = await this.#installed();
    const { state, credentials } = await this.#scene.credentialsOf(this.#team);
    const isActive = await this.#works(botToken);
    const isActiveInRows = state.kind === 'active' && state.doubt.kind === 'none';
    return {
      atSlack: {
        isActive,
        botToken: isActive ? botToken : undefined,
        people: isActive ? await this.#peopleOf(userTokens, credentials) : [],
      },
      inRows: {
        isActive: isActiveInRows,
        botToken: isActiveInRows ? credentials.bot?.token : undefined,
        people: isActiveInRows ? credentials.users.map(({ userId, token }) => `${userId} ${token}`) : [],
      },
    };
  }

  /**
   * Whose tokens must be in the rows. A token that somebody gave before the bot's death may work still: Slack lets it, and
   * the rows may have let it go with the bot.
   */
  async #peopleOf(userTokens: Record<string, string>, { users }: StoredCredentials): Promise<string[]> {
    const people: string[] = [];
    for (const one of PEOPLE) {
      const userId = this.#ids[one];
      const token = userTokens[userId] ?? '';
      const isStored = users.some((user) => user.userId === userId);
      if (!this.#granted.has(one) && !isStored) continue;
      if (await this.#works(token)) people.push(`${userId} ${token}`);
    }
    return people.sort();
  }

  async #works(token: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${this.#scene.simulator.apiUrl}auth.test`, { method: 'POST', headers });
    return ((await answer.json()) as { ok: boolean }).ok;
  }

  async #installed(): Promise<InstallationInfo> {
    const [installed] = await this.#scene.slack.installs(this.#team);
    if (!installed) throw new Error(`The app was never installed in ${this.#team}`);
    return installed;
  }

  async #die(death: Death): Promise<void> {
    const { slack, simulator } = this.#scene;
    this.#granted.clear();
    if (death === 'remove_app') await slack.fault({ kind: 'remove_app', team: this.#team });
    if (death === 'revoke_all') await slack.fault({ kind: 'revoke_token', team: this.#team });
    if (death === 'revoke_bot') await slack.fault({ kind: 'revoke_token', team: this.#team, whose: 'bot' });
    if (death !== 'uninstall') return;
    const { botToken } = await this.#installed();
    await revokeToken(simulator.apiUrl, botToken);
  }

  async #revoke(whose: Name): Promise<void> {
    const token = (await this.#installed()).userTokens[this.#ids[whose]];
    if (token === undefined) return;
    this.#granted.delete(whose);
    await revokeToken(this.#scene.simulator.apiUrl, token);
  }

  /** Every event of the action is late by what is said; those of other actions are not touched. */
  async #withLateness(lateness: Lateness, work: () => Promise<void>): Promise<void> {
    const { revokedMs, uninstalledMs, isTwice } = lateness;
    const faults: FaultRequest[] = [];
    for (const [event, delayMs] of [
      ['tokens_revoked', revokedMs],
      ['app_uninstalled', uninstalledMs],
    ] as const) {
      if (isTwice) faults.push({ kind: 'delivery_duplicate', team: this.#team, event, count: 1 });
      if (delayMs > 0) faults.push({ kind: 'delivery_delay', team: this.#team, event, delayMs, count: 1 });
    }
    await this.#withFaults(faults, work);
  }

  async #silently(work: () => Promise<void>): Promise<void> {
    await this.#withFaults(
      LIFECYCLE.map((event) => ({ kind: 'delivery_drop', team: this.#team, event })),
      work,
    );
  }

  async #withFaults(faults: readonly FaultRequest[], work: () => Promise<void>): Promise<void> {
    for (const fault of faults) await this.#scene.slack.fault(fault);
    await work();
    await this.#scene.slack.removeFaults();
    await this.#quiet();
  }

  /** Slack tells of the end of tokens. */
  async #announce({ bot, people }: { bot: boolean; people: readonly Name[] }): Promise<void> {
    const { botUserId } = await this.#installed();
    const tokens = { oauth: people.map((one) => this.#ids[one]), bot: bot ? [botUserId] : [] };
    await this.#scene.slack.sendEvent(this.#team, { event: { type: 'tokens_revoked', tokens } });
    await this.#quiet();
  }

  async #restart(): Promise<void> {
    await this.#scene.stop();
    await this.#stage.start();
  }

  async #returnQuickly(action: Extract<Action, { does: 'quick_return' }>): Promise<void> {
    const { how: end, whose } = action;
    await this.#withLateness(action, () => (end === 'revoke_person' ? this.#revoke(whose) : this.#die(end)));
    const underWay = end === 'revoke_person' ? 'person' : 'bot';
    await this.#reinstall({ does: 'reinstall', afterMs: 0, by: whose, isNewToken: false, underWay });
  }

  async #reinstall({ by, isNewToken, underWay }: Extract<Action, { does: 'reinstall' }>): Promise<void> {
    const scene = this.#scene;
    if (isNewToken) await scene.slack.fault({ kind: 'new_token', team: this.#team, count: 1 });
    const held = underWay === 'nothing' ? undefined : await this.#holdProbe(underWay === 'bot' ? [] : [by]);
    const page = await scene.during(register(scene.url, { team: this.#team, user: by }), { pace: 1 });
    if (page.status !== 200) throw new Error(`Registering was answered ${page.status}`);
    this.#granted.add(by);
    if (held !== undefined) await scene.slack.release(held);
    await scene.slack.removeFaults();
    await this.#quiet();
    this.#kept ??= await scene.server.client(this.#team);
  }

  /** The server asks Slack for a token, and the answer is decided but does not come. Nothing is asked of one that is inactive. */
  async #holdProbe(people: readonly Name[]): Promise<string | undefined> {
    const { slack } = this.#scene;
    const after = await slack.lastSeq();
    const { id } = await slack.fault({ kind: 'hold', method: 'auth.test', team: this.#team, count: 1 });
    await this.#announce({ bot: people.length === 0, people });
    const isHeld = isRequest('auth.test', 'request_held');
    try {
      await this.#scene.until(isHeld, { after, withinMs: 500, stepMs: 100, patienceMs: 0 });
      return id;
    } catch {
      await slack.removeFaults(id);
      return undefined;
    }
  }

  async #call(as: 'bot' | 'kept' | Name): Promise<void> {
    const { server } = this.#scene;
    const client = as === 'kept' ? this.#kept : await server.client(this.#team).catch(() => undefined);
    const token = as === 'ann' || as === 'bob' ? (await this.#installed()).userTokens[this.#ids[as]] : undefined;
    const options = token === undefined ? {} : { token };
    const call = client?.apiCall('users.list', options);
    await this.#scene.during(Promise.allSettled([call]));
    await this.#quiet();
  }

  async #repeat(which: number): Promise<void> {
    const { slack } = this.#scene;
    const deliveries = await slack.deliveries({ team: this.#team, limit: 1_000 });
    const told = deliveries.filter(({ event }) => LIFECYCLE.some((one) => one === event));
    const one = told[which % Math.max(1, told.length)];
    if (one) await this.#scene.during(slack.resend(one.id));
    await this.#quiet();
  }

  async #pass(ms: number): Promise<void> {
    const strideMs = ms > 60_000 ? LONG_STRIDE_MS : STRIDE_MS;
    for (let left = ms; left > 0; left -= strideMs) {
      await this.#scene.strideThrough(Math.min(left, strideMs), strideMs);
      await this.#quiet();
    }
  }

  /** Until Slack has nothing to write into its log any more: what was sent has arrived, and was answered. */
  async #quiet(): Promise<void> {
    for (;;) {
      const records = await this.#scene.slack.log({ after: this.#seen, waitMs: QUIET_MS, limit: 10_000 });
      if (records.length === 0) return;
      this.#seen = records.at(-1)?.seq ?? this.#seen;
      await this.#scene.clock.advance(0);
    }
  }
}

/** Slack, or whoever holds the token, ends it. A token that has ended already says so; that is no news. */
async function revokeToken(slackApiUrl: string, token: string): Promise<void> {
  await new WebClient(token, { slackApiUrl, retryConfig: { retries: 0 } }).auth.revoke().catch(() => {});
}
