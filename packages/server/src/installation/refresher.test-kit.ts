/** A refresher over a real store, with a scripted Slack and a moved clock; what it sent and told is kept. */
import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { Store } from '../store/store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import type { Version } from '../team/installation.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import { createPairStore } from '../team/refresh-repository.ts';
import type { PairStore } from '../team/token-pairs.ts';
import { TestClock } from '../time/test-clock.ts';
import { Refresher } from './refresher.ts';
import type { RefresherDeps } from './refresher-options.ts';
import { createVault } from './sealing.ts';

export const HOUR_MS = 3_600_000;
export const LIFE_MS = 12 * HOUR_MS;
const OK: ProbeAnswer = {
  kind: 'ok',
  identity: { teamId: 'T1', teamName: 'Acme', domain: 'acme', botUserId: 'U1', botId: 'B1', appId: 'A1' },
};
export const refusal = (code: string) => ({ kind: 'error', code, body: {} }) as const;
export const testVault = () => createVault([new Uint8Array(32).fill(7)]);

export class RefresherRig {
  readonly clock: TestClock;
  readonly store: Store;
  readonly installations: Installations;
  pairs: PairStore;
  refresher: Refresher;
  /** What Slack will answer to refreshes; then new pairs. */
  answers: (SlackAnswer | Promise<SlackAnswer>)[] = [];
  probeAnswer: ProbeAnswer = OK;
  /** Refresh tokens in the order in which they were sent, with the moment. */
  readonly sent: { token: string; atMs: number }[] = [];
  readonly probed: string[] = [];
  readonly signals: Signal[] = [];
  readonly problems: string[] = [];
  readonly released: string[] = [];
  isOwner = true;

  private constructor(clock: TestClock, store: Store) {
    this.clock = clock;
    this.store = store;
    this.installations = createInstallationRepository({ store, vault: testVault(), clock });
    this.pairs = createPairStore({ store, vault: testVault() });
    this.refresher = this.newRefresher();
  }

  static async open(): Promise<RefresherRig> {
    const clock = new TestClock(1_000_000_000);
    return new RefresherRig(clock, await openTestStore({ clock }));
  }

  newRefresher(changes: Partial<RefresherDeps> = {}): Refresher {
    return new Refresher({
      owner: { owns: () => this.isOwner },
      pairs: this.pairs,
      refresh: async (token) => {
        this.sent.push({ token, atMs: this.clock.now() });
        return await (this.answers.shift() ?? nextPair(token));
      },
      probe: async (token) => {
        this.probed.push(token);
        return this.probeAnswer;
      },
      report: (signal) => this.signals.push(signal),
      onProblem: (_key, { facts }) => this.problems.push(String(facts.slackError)),
      wake: () => {},
      onReleased: (key) => this.released.push(key),
      clock: this.clock,
      random: () => 0.5,
      log: { info() {}, warn() {} },
      ...changes,
    });
  }

  async install(key = 'T1', lifeMs: number | null = LIFE_MS): Promise<void> {
    await this.installations.recordInstall({
      key,
      isEnterprise: false,
      appId: 'A1',
      bot: {
        token: `xoxe.xoxb-1-${key}-0`,
        scopes: ['chat:write'],
        expiresAtMs: lifeMs === null ? null : this.clock.now() + lifeMs,
        refreshToken: lifeMs === null ? null : `xoxe-1-${key}-0`,
      },
      users: [],
      team: { teamId: key, name: key, domain: null, botUserId: 'U1', botId: 'B1' },
    });
  }

  /** What the follower does when a row has changed. */
  async follow(key = 'T1'): Promise<void> {
    const { bot, users } = await this.installations.credentials(key);
    const view = await this.installations.find(key);
    const isActive = view?.installation.state.kind === 'active';
    this.refresher.observe(key, isActive ? [...(bot ? [bot] : []), ...users] : []);
  }

  async pass(ms: number, stepMs = 60_000): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.clock.advance(Math.min(left, stepMs));
      await this.work();
    }
  }

  /** Statements of the store take real turns of the event loop. */
  async work(): Promise<void> {
    for (let i = 0; i < 4; i++) {
      await this.store.get('select 1');
      await this.clock.settle();
    }
  }

  async tokenOf(key = 'T1'): Promise<string | undefined> {
    return (await this.installations.botCredential(key))?.token;
  }

  async versionOf(key = 'T1'): Promise<Version> {
    const view = await this.installations.find(key);
    if (!view) throw new Error(`no row of ${key}`);
    return view.installation.version;
  }

  async renew(key = 'T1'): Promise<boolean> {
    return this.refresher.renew({ key, kind: 'bot', userId: '', version: await this.versionOf(key) });
  }
}

/** `xoxe-1-T1-4` gives `xoxe-1-T1-5` and the access token that goes with it. */
export function nextPair(used: string, changes: Record<string, unknown> = {}): SlackAnswer {
  const [, , name, number] = used.split('-');
  const next = `${name}-${Number(number) + 1}`;
  const body = {
    ok: true,
    token_type: 'bot',
    access_token: `xoxe.xoxb-1-${next}`,
    refresh_token: `xoxe-1-${next}`,
    expires_in: LIFE_MS / 1_000,
    scope: 'chat:write',
    ...changes,
  };
  return { kind: 'ok', body };
}
