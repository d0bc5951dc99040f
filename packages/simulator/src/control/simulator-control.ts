/** A client for `/_sim`: what tests, the CLI and demonstrations use. Every call is real HTTP. */
import { stopwatch } from '../clock/clock.ts';
import { type ErrorCode, errorFixes, SimulatorError } from '../errors.ts';
import type { FaultOutcome } from '../faults/apply-fault.ts';
import type { FaultRequest } from '../faults/fault.ts';
import type { FaultInfo } from '../faults/fault-info.ts';
import type { SocketInfo } from '../faults/live-sockets.ts';
import type { ActionInfo, DialogInfo, EntityPaneInfo, ViewInfo } from '../interactivity/action-info.ts';
import type { EphemeralQuery, ViewQuery } from '../interactivity/action-routes.ts';
import type { ActionRequest } from '../interactivity/action-schemas.ts';
import type { LogRecord } from '../log/log-record.ts';
import type { AppRequest } from '../manifest/app-settings.ts';
import type { SeedWebhook } from '../seed/seed-schema.ts';
import type { ChannelSeed } from '../workspace/channels.ts';
import type {
  AppInfo,
  ChannelInfo,
  ConfigTokenInfo,
  InstallationInfo,
  MessageInfo,
  TeamInfo,
  UserInfo,
} from '../workspace/info.ts';
import type { AssistantThread } from '../workspace/model.ts';
import type { TeamSeed, UserSeed } from '../workspace/teams.ts';
import { addToSlack } from './add-to-slack.ts';
import type { AppPatch, AppPatchResult } from './app-routes.ts';
import type { ClockInfo, SimulatorStatus, WaitOptions, WebhookInfo } from './control-info.ts';
import { type ControlQuery, withQuery } from './control-query.ts';
import type { DeliveryInfo, DeliveryListQuery, EventRequestBody } from './delivery-routes.ts';
import { exchange } from './exchange.ts';
import { followLog } from './follow.ts';
import type { FunctionRunBody, FunctionRunInfo } from './function-routes.ts';
import type { AccessBody, OrgInstallationInfo, OrgInstallBody } from './org-routes.ts';
import { requireNames } from './path-names.ts';
import type { PersonActInfo } from './person-act-info.ts';
import type { PersonAct } from './person-act-schemas.ts';
import type {
  ClockBody,
  ConfigTokenBody,
  InstallRequestBody,
  LogWaitQuery,
  MemberBody,
  MessageBody,
  MessageQuery,
  StreamQuery,
  TypingBody,
} from './schemas.ts';
import type { TeamChange } from './team-change-routes.ts';

/** One long poll; shorter than what proxies and clients allow. */
const MAX_POLL_MS = 20_000;

/**
 * Drives one simulator over HTTP.
 * Every method throws SimulatorError: `not_found`, `name_taken` or `invalid_input` as the simulator says, and
 * `simulator_unreachable` when it does not answer.
 * @example
 * const control = new SimulatorControl('http://127.0.0.1:4400');
 * const { botToken } = await control.install({ team: 'Acme' });
 */
export class SimulatorControl {
  readonly url: string;
  readonly #ca: string | Buffer | undefined;

  /** @param options.ca The certificate of a simulator with TLS, unless the process trusts it anyway. */
  constructor(url: string, options: { ca?: string | Buffer | undefined } = {}) {
    this.url = url.replace(/\/+$/, '');
    this.#ca = options.ca;
  }

  status(): Promise<SimulatorStatus> {
    return this.#get('');
  }

  async apps(): Promise<AppInfo[]> {
    return (await this.#get<{ apps: AppInfo[] }>('/apps')).apps;
  }

  /** Adds an app by its settings, by Slack's `manifest`, or both: what is said beside the manifest wins. */
  addApp(seed: AppRequest): Promise<AppInfo> {
    return this.#send('POST', '/apps', seed);
  }

  /** Changes the settings of an app; a new request URL is verified, and kept only when the app answers the challenge. */
  updateApp(app: string, patch: AppPatch): Promise<AppPatchResult> {
    return this.#send('PATCH', `/apps/${encodeURIComponent(app)}`, patch);
  }

  /** What was sent to apps, oldest first. */
  async deliveries(query: DeliveryListQuery = {}): Promise<DeliveryInfo[]> {
    return (await this.#get<{ deliveries: DeliveryInfo[] }>('/deliveries', query)).deliveries;
  }

  /** Sends it once more, as a first try, as it was or with another payload: a try by its id, or the newest of an event (`Ev…`). */
  resend(id: string, change: { payload?: Record<string, unknown> } = {}): Promise<DeliveryInfo> {
    return this.#send('POST', `/deliveries/${encodeURIComponent(id)}/resend`, change);
  }

  /** Sends an event made by hand to the apps that are subscribed to it. Resolves with the ids of the envelopes. */
  async sendEvent(team: string, body: EventRequestBody): Promise<string[]> {
    return (await this.#send<{ eventIds: string[] }>('POST', `/teams/${encodeURIComponent(team)}/events`, body))
      .eventIds;
  }

  /** Changes a workspace in a way that no app can. */
  changeTeam(team: string, change: TeamChange): Promise<Record<string, unknown>> {
    return this.#send('POST', `/teams/${encodeURIComponent(team)}/changes`, change);
  }

  async teams(): Promise<TeamInfo[]> {
    return (await this.#get<{ teams: TeamInfo[] }>('/teams')).teams;
  }

  /** By id, domain or name. */
  team(team: string): Promise<TeamInfo> {
    return this.#get(`/teams/${encodeURIComponent(team)}`);
  }

  addTeam(seed: TeamSeed): Promise<TeamInfo> {
    return this.#send('POST', '/teams', seed);
  }

  addUser(team: string, seed: UserSeed): Promise<UserInfo> {
    return this.#send('POST', `/teams/${encodeURIComponent(team)}/users`, seed);
  }

  addChannel(team: string, seed: ChannelSeed): Promise<ChannelInfo> {
    return this.#send('POST', `/teams/${encodeURIComponent(team)}/channels`, seed);
  }

  /** Adds a person, or `bot`, to a channel. */
  invite(team: string, channel: string, member: MemberBody): Promise<ChannelInfo> {
    return this.#send(
      'POST',
      `/teams/${encodeURIComponent(team)}/channels/${encodeURIComponent(channel)}/members`,
      member,
    );
  }

  /** What apps say about the threads of a conversation: title, status, prompts, state of the session. */
  async assistantThreads(team: string, channel: string): Promise<AssistantThread[]> {
    const path = `/teams/${encodeURIComponent(team)}/channels/${encodeURIComponent(channel)}/assistant-threads`;
    return (await this.#get<{ threads: AssistantThread[] }>(path)).threads;
  }

  /** A person stops a message of chat.startStream. Resolves with whether it was still being written. */
  async stopStream(team: string, channel: string, ts: string): Promise<boolean> {
    const path = `/teams/${encodeURIComponent(team)}/channels/${encodeURIComponent(channel)}/streams/${ts}/stop`;
    return (await this.#send<{ stopped: boolean }>('POST', path)).stopped;
  }

  /** Installs the app without the OAuth pages, and gives its tokens. */
  install(request: InstallRequestBody): Promise<InstallationInfo> {
    return this.#send('POST', '/installs', request);
  }

  /** Somebody adds an app by its own page, for example http://127.0.0.1:3000/slack/install: its link, Slack's question, the way back. */
  async addToSlack(installUrl: string, { team, user }: { team: string; user?: string }): Promise<void> {
    await addToSlack(installUrl, { team: (await this.team(team)).id, user });
  }

  async installs(team?: string): Promise<InstallationInfo[]> {
    return (await this.#get<{ installs: InstallationInfo[] }>('/installs', { team })).installs;
  }

  /** Installs an app in a whole organization without the OAuth pages. */
  installInOrg(request: OrgInstallBody): Promise<OrgInstallationInfo> {
    return this.#send('POST', '/org-installs', request);
  }

  /** Adds a workspace to an org-wide installation, or takes it out. */
  setTeamAccess(team: string, body: AccessBody): Promise<OrgInstallationInfo> {
    return this.#send('POST', `/teams/${encodeURIComponent(team)}/access`, body);
  }

  /** A workflow comes to a step of the app: a function that its manifest declares. Resolves when the app was told. */
  runFunction(body: FunctionRunBody): Promise<FunctionRunInfo> {
    return this.#send('POST', '/function-runs', body);
  }

  /** What became of that step. */
  functionRun(id: string): Promise<FunctionRunInfo> {
    return this.#get(`/function-runs/${encodeURIComponent(id)}`);
  }

  /** Gives a person a token for apps.manifest.*, as Slack's page of apps does. */
  addConfigToken(body: ConfigTokenBody): Promise<ConfigTokenInfo> {
    return this.#send('POST', '/config-tokens', body);
  }

  /** The incoming webhooks, with their URLs. */
  async webhooks(): Promise<WebhookInfo[]> {
    return (await this.#get<{ webhooks: WebhookInfo[] }>('/webhooks')).webhooks;
  }

  /** Makes an incoming webhook into a channel, or gives the one that is there. */
  addWebhook(webhook: SeedWebhook): Promise<WebhookInfo> {
    return this.#send('POST', '/webhooks', webhook);
  }

  /** The live sockets. */
  async sockets(team?: string): Promise<SocketInfo[]> {
    return (await this.#get<{ sockets: SocketInfo[] }>('/sockets', { team })).sockets;
  }

  /** A person writes. */
  say(message: MessageBody): Promise<MessageInfo> {
    return this.#send('POST', '/messages', message);
  }

  /** A person begins to type. */
  type(place: TypingBody): Promise<{ channel: string }> {
    return this.#send('POST', '/typing', place);
  }

  /**
   * A person uses an app (a command, a button, a modal, a shortcut), and it resolves once the app answered; or does something
   * else: joins, leaves, edits, reacts, shares a file, changes their name or status.
   */
  act(action: ActionRequest): Promise<ActionInfo>;
  act(act: PersonAct): Promise<PersonActInfo>;
  act(act: ActionRequest | PersonAct): Promise<ActionInfo | PersonActInfo>;
  act(act: ActionRequest | PersonAct): Promise<ActionInfo | PersonActInfo> {
    return this.#send('POST', '/acts', act);
  }

  /** The modals and home tabs that are open. */
  async views(query: ViewQuery = {}): Promise<ViewInfo[]> {
    return (await this.#get<{ views: ViewInfo[] }>('/views', query)).views;
  }

  /** The dialogs that are open. */
  async dialogs(query: ViewQuery = {}): Promise<DialogInfo[]> {
    return (await this.#get<{ dialogs: DialogInfo[] }>('/dialogs', query)).dialogs;
  }

  /** Work Objects that people opened. */
  async entityPanes(query: ViewQuery = {}): Promise<EntityPaneInfo[]> {
    return (await this.#get<{ panes: EntityPaneInfo[] }>('/entity-panes', query)).panes;
  }

  /** The messages that only this person sees, oldest first. */
  async ephemerals(query: EphemeralQuery): Promise<MessageInfo[]> {
    return (await this.#get<{ messages: MessageInfo[] }>('/ephemerals', query)).messages;
  }

  /** The last messages of a conversation, oldest first. */
  async messages(query: MessageQuery): Promise<MessageInfo[]> {
    return (await this.#get<{ messages: MessageInfo[] }>('/messages', query)).messages;
  }

  /** Breaks something; the README lists the faults. */
  fault(fault: FaultRequest): Promise<FaultOutcome> {
    return this.#send('POST', '/faults', fault);
  }

  async faults(): Promise<FaultInfo[]> {
    return (await this.#get<{ faults: FaultInfo[] }>('/faults')).faults;
  }

  /** Ends one fault, or all. Held answers leave. */
  async removeFaults(id?: string): Promise<void> {
    await this.#send('DELETE', id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`);
  }

  /** Lets the held answers of a `hold` leave. Resolves with how many left. */
  async release(id: string): Promise<number> {
    return (await this.#send<{ released: number }>('POST', `/faults/${encodeURIComponent(id)}/release`)).released;
  }

  clock(): Promise<ClockInfo> {
    return this.#get('/clock');
  }

  setClock(body: ClockBody): Promise<ClockInfo> {
    return this.#send('POST', '/clock', body);
  }

  /** Moves the simulator's clock forward, timer by timer. */
  advance(advanceMs: number): Promise<ClockInfo> {
    return this.setClock({ advanceMs });
  }

  /** The matching records, oldest first. */
  async log(query: LogWaitQuery = {}): Promise<LogRecord[]> {
    return (await this.#readLog(query)).records;
  }

  /** The matching records as they happen, from now on or after a number, until the signal or the simulator ends it. */
  follow(query: StreamQuery, options: { signal: AbortSignal }): AsyncGenerator<LogRecord> {
    return followLog(`${this.url}/_sim${withQuery('/stream', query)}`, { ...options, ca: this.#ca });
  }

  /** The number of the newest record: what happens from now on has a greater one. */
  async lastSeq(): Promise<number> {
    return (await this.status()).log.lastSeq;
  }

  async clearLog(): Promise<void> {
    await this.#send('DELETE', '/log');
  }

  /**
   * Resolves with the first record that fits, also one that is there already.
   * @throws SimulatorError `timed_out`
   */
  async waitForLog(fits: (record: LogRecord) => boolean, options: WaitOptions = {}): Promise<LogRecord> {
    const { timeoutMs = 5000, what = 'a matching record', after = 0, ...query } = options;
    const startedAt = stopwatch();
    let seen = after;
    for (;;) {
      const leftMs = Math.max(0, timeoutMs - (stopwatch() - startedAt));
      const waitMs = Math.min(Math.ceil(leftMs), MAX_POLL_MS);
      const { records } = await this.#readLog({ ...query, after: seen, waitMs });
      const found = records.find(fits);
      if (found) return found;
      seen = records.at(-1)?.seq ?? seen;
      if (records.length === 0 && leftMs === 0) {
        throw new SimulatorError('timed_out', `The simulator's log did not show ${what} within ${timeoutMs} ms`);
      }
    }
  }

  #readLog(query: LogWaitQuery): Promise<{ records: LogRecord[]; lastSeq: number }> {
    return this.#get('/log', query);
  }

  #get<Result>(path: string, query: ControlQuery = {}): Promise<Result> {
    return this.#send('GET', withQuery(path, query));
  }

  async #send<Result>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body: unknown = {}): Promise<Result> {
    requireNames(path);
    const sent = method === 'POST' || method === 'PATCH' ? { body } : {};
    const answer = await exchange(`${this.url}/_sim${path}`, { method, ca: this.#ca, ...sent });
    if (answer.status >= 200 && answer.status < 300) return answer.body as Result;
    throw errorOf(answer.body, `${method} /_sim${path} answered ${answer.status}`);
  }
}

function errorOf(answer: unknown, fallback: string): SimulatorError {
  const { error } = (answer ?? {}) as { error?: { code?: string; message?: string } };
  const code = error?.code !== undefined && error.code in errorFixes ? (error.code as ErrorCode) : 'invalid_input';
  return new SimulatorError(code, error?.message ?? fallback);
}
