/** A world around the install flow for tests: Slack's answers are scripted, rows are a map, everything else is real. */
import type { InstallingFacts } from '../events.ts';
import type { ProbeAnswer } from '../slack/signal.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { InstallationView, InstallInput } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import type { InstallDeps, InstallingAnswer, InstallNotice, InstallOptions } from './install-deps.ts';
import { createInstallFlow, type InstallFlow } from './install-flow.ts';

export const BOT_TOKEN = 'xoxb-test-1111-acme';
export const USER_TOKEN = 'xoxp-test-2222-ann';

/** An answer of oauth.access, as in docs.slack.dev/legacy/legacy-oauth. */
export function aGrantAnswer(changes: Record<string, unknown> = {}): SlackAnswer {
  const body = {
    ok: true,
    access_token: USER_TOKEN,
    scope: 'identify,bot',
    user_id: 'U0ANN',
    team_name: 'Acme',
    team_id: 'T0ACME',
    enterprise_id: null,
    bot: { bot_user_id: 'U0BOT', bot_access_token: BOT_TOKEN },
    ...changes,
  };
  return { kind: 'ok', body };
}

/** An answer of oauth.v2.access, as in docs.slack.dev/reference/methods/oauth.v2.access, with user scopes. */
export function aGrantAnswerV2(changes: Record<string, unknown> = {}): SlackAnswer {
  const body = {
    ok: true,
    app_id: 'A0APP',
    authed_user: { id: 'U0ANN', scope: 'search:read', access_token: USER_TOKEN, token_type: 'user' },
    scope: 'chat:write,commands',
    token_type: 'bot',
    access_token: BOT_TOKEN,
    bot_user_id: 'U0BOT',
    team: { id: 'T0ACME', name: 'Acme' },
    enterprise: null,
    is_enterprise_install: false,
    ...changes,
  };
  return { kind: 'ok', body };
}

/** What makes a flow one of OAuth v2, for a world whose `exchange` answers as v2 does. */
export const v2Options = {
  oauth: 'v2',
  scopes: ['chat:write', 'commands'],
  userScopes: ['search:read'],
  authorizeUrl: 'https://slack.example.test/oauth/v2/authorize',
} as const satisfies Partial<InstallOptions>;

/** An answer of auth.test by the new token. */
export function anIdentity(changes: Record<string, unknown> = {}): ProbeAnswer {
  const identity = {
    teamId: 'T0ACME',
    teamName: 'Acme Ltd',
    domain: 'acme',
    botUserId: 'U0BOT',
    botId: 'B0BOT',
    appId: 'A0APP',
    botName: 'rota',
  };
  return { kind: 'ok', identity: { ...identity, ...changes } };
}

/** A visit that has pressed Allow: what the browser would bring back. */
export function aReturnTo(flow: InstallFlow, code = 'code-1') {
  const { url, setCookie } = flow.begin({ cookie: undefined });
  const state = new URL(url).searchParams.get('state') ?? '';
  return { cookie: setCookie.split(';')[0] as string, query: { code, state } };
}

/** Scripted neighbours of the flow, with a record of what they were asked. Replace a method to change its answer. */
export class InstallWorld {
  readonly clock = new TestClock(1_760_000_000_000);
  readonly rows = new Map<string, { view: InstallationView; input: InstallInput }>();
  readonly uses = new Map<string, { result: string | null }>();
  readonly exchanged: string[] = [];
  readonly revoked: string[] = [];
  readonly uninstalled: string[] = [];
  readonly asked: InstallingFacts[] = [];
  readonly notices: InstallNotice[] = [];
  readonly logged: string[] = [];
  /** What Slack called the bot, of installs that were stored. */
  readonly named: (string | null)[] = [];
  /** What happened, in order: `exchange`, `identify`, `hook`, `record`, `revoke`, `uninstall`, `notify`. */
  readonly steps: string[] = [];

  exchange: (code: string) => Promise<SlackAnswer> = async () => aGrantAnswer();
  identify: (token: string) => Promise<ProbeAnswer> = async () => anIdentity();
  revoke: () => Promise<Pick<SlackAnswer, 'kind'>> = async () => ({ kind: 'ok' });
  uninstall: () => Promise<Pick<SlackAnswer, 'kind'>> = async () => ({ kind: 'ok' });
  runInstalling: (facts: InstallingFacts) => Promise<InstallingAnswer> = async () => ({ allowed: true });
  checkStore: () => Promise<void> = async () => {};
  record: (input: InstallInput) => Promise<void> = async () => {};
  notify: () => void = () => {};
  expectedAppId: string | null = null;
  publicUrl = 'https://bot.example.test';
  /** How the flow's options differ, for example v2Options. */
  options: Partial<InstallOptions> = {};

  /** A flow of one node; several flows of one world are several nodes on one database. */
  flow(changes: Partial<InstallDeps> = {}): InstallFlow {
    return createInstallFlow({ ...this.#deps(), ...changes });
  }

  /** Makes a team known before the test begins. */
  async seed(state: InstallationView['installation']['state'], token = 'xoxb-test-old'): Promise<void> {
    const team = { teamId: 'T0ACME', name: 'Acme', domain: 'acme', botUserId: 'U0BOT', botId: 'B0BOT' };
    const bot = { token, scopes: ['bot'], expiresAtMs: null };
    this.#write({ key: 'T0ACME', isEnterprise: false, appId: 'A0APP', bot, users: [], team });
    const row = this.rows.get('T0ACME');
    if (row) row.view.installation.state = state;
  }

  tokenOf(teamId: string): string | undefined {
    return this.rows.get(teamId)?.input.bot?.token;
  }

  #deps(): InstallDeps {
    const log = (facts: object, message: string) =>
      void this.logged.push(JSON.stringify({ message, ...facts }, showErrors));
    return {
      options: {
        clientId: '1111.2222',
        scopes: ['bot'],
        authorizeUrl: 'https://slack.example.test/oauth/authorize',
        publicUrl: this.publicUrl,
        stateKey: new Uint8Array(32).fill(7),
        ...this.options,
      },
      clock: this.clock,
      log: { info: log, warn: log, error: log },
      exchange: (code) => this.#step('exchange', () => (this.exchanged.push(code), this.exchange(code))),
      identify: (token) => this.#step('identify', () => this.identify(token)),
      revoke: (token) => this.#step('revoke', () => (this.revoked.push(token), this.revoke())),
      uninstall: (token) => this.#step('uninstall', () => (this.uninstalled.push(token), this.uninstall())),
      runInstalling: (facts) => this.#step('hook', () => (this.asked.push(facts), this.runInstalling(facts))),
      notify: (notice) => this.#step('notify', () => (this.notices.push(notice), this.notify())),
      checkStore: () => this.checkStore(),
      expectedAppId: async () => this.expectedAppId,
      installations: {
        find: async (key) => this.rows.get(key)?.view,
        recordInstall: (input) => this.#step('record', async () => (await this.record(input), this.#write(input))),
      },
      botName: { note: async (identity) => void this.named.push(identity.appName ?? identity.botName ?? null) },
      uses: {
        claim: async (hash) => this.#claim(hash),
        finish: async (hash, result) => void this.uses.set(hash, { result: JSON.stringify(result) }),
      },
    };
  }

  #step<T>(name: string, work: () => T): T {
    this.steps.push(name);
    return work();
  }

  #claim(hash: string) {
    const used = this.uses.get(hash);
    if (used) return { claimed: false as const, result: used.result === null ? null : JSON.parse(used.result) };
    this.uses.set(hash, { result: null });
    return { claimed: true as const };
  }

  #write(input: InstallInput) {
    const before = this.rows.get(input.key)?.view.installation;
    const atMs = this.clock.now();
    const installation = {
      key: input.key,
      appId: input.appId,
      isEnterprise: input.isEnterprise,
      enterpriseId: input.isEnterprise ? input.key : (input.enterpriseId ?? null),
      version: { install: (before?.version.install ?? 0) + 1, refresh: 0 },
      state: { kind: 'active' as const, doubt: { kind: 'none' as const } },
      request: null,
      isToBeRemoved: false,
      hasHints: false,
      incident: null,
      changedSeq: (before?.changedSeq ?? 0) + 1,
      createdAtMs: before?.createdAtMs ?? atMs,
      installedAtMs: atMs,
      activeSinceMs: atMs,
      metadata: input.metadata ?? null,
    };
    this.rows.set(input.key, { view: { installation, teams: [] }, input });
    const again = before?.state.kind === 'active' ? ('reinstalled' as const) : ('reactivated' as const);
    return { installation, outcome: before ? again : ('installed' as const) };
  }
}

/** JSON leaves errors out; a test that looks for secrets must not. */
function showErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value.stack} ${JSON.stringify(value.cause)}` : value;
}
