/** A scene with an organization: Acme Org with its workspaces East and West, and Alone without one. Over HTTP or Socket Mode. */
import { createHmac } from 'node:crypto';
import type { AppSeed, LogRecord, TeamInfo } from 'slack-simulator';
import type { BotServerEvents } from '../src/index.ts';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { isPostIn, Scene, type SceneOptions, type StartOptions } from './scene.test-kit.ts';
import { type Page, register } from './slack-button.test-kit.ts';
import { APP_TOKEN, isAccepted } from './socket-scene.test-kit.ts';

export const ORG = 'E0ACME';

export type OrgTransport = 'http' | 'socket';

export interface OrgSceneOptions extends StartOptions {
  transport?: OrgTransport;
  database?: NonNullable<SceneOptions['database']>;
  app?: AppSeed;
}

/** What the hooks of the lives of teams were told, in order. */
export type Told = [keyof BotServerEvents, string, string | null, string | undefined];

export const orgApp: AppSeed = {
  kind: 'granular',
  isOrgWide: true,
  botScopes: ['channels:history', 'channels:read', 'chat:write', 'commands', 'im:history', 'im:write', 'users:read'],
  eventSubscriptions: [
    'app_uninstalled',
    'grid_migration_finished',
    'grid_migration_started',
    'message.channels',
    'message.im',
    'team_access_granted',
    'team_access_revoked',
    'tokens_revoked',
  ],
};

const LIVES = ['installed', 'reinstalled', 'suspended', 'reactivated', 'deactivated', 'purged'] as const;

/** Starts Slack and a server. The bot says by whom and where it was greeted; nothing is installed yet. */
export async function openOrgScene({
  transport = 'http',
  database = 'sqlite',
  app,
  setUp,
  ...options
}: OrgSceneOptions = {}) {
  const enterprise = { id: ORG, name: 'Acme Org' };
  const way: AppSeed =
    transport === 'http' ? { signingSecret: SIGNING_SECRET } : { appLevelToken: APP_TOKEN, isSocketModeOn: true };
  const scene = await Scene.open({
    teams: [{ name: 'East', enterprise }, { name: 'West', enterprise }, { name: 'Alone' }],
    app: { ...orgApp, ...way, ...app },
    database,
  });
  const told: Told[] = [];
  const start = async () => {
    await scene.start({
      slackTransport: transport,
      ...(transport === 'http' ? { slackSigningSecret: SIGNING_SECRET } : { slackAppToken: APP_TOKEN }),
      slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      slackScopes: ['chat:write', 'channels:history', 'im:history', 'users:read'],
      ...options,
      async setUp(context) {
        for (const name of LIVES) {
          context.server.on(name, (facts) => {
            const { teamId, enterpriseId, reason } = facts as { teamId: string; enterpriseId: string; reason?: string };
            told.push([name, teamId, enterpriseId, reason]);
          });
        }
        await (setUp ?? sayWhere)(context);
      },
    });
    const after = 0;
    if (transport === 'http') await pointAppAt(scene);
    else await scene.until(isAccepted, { after, what: 'a socket' });
  };
  await start();
  const [east, west, alone] = await Promise.all(['East', 'West', 'Alone'].map((name) => scene.slack.team(name)));
  const teams = { east, west, alone } as Record<'east' | 'west' | 'alone', TeamInfo>;
  const press = (team = ORG): Promise<Page> => scene.during(register(scene.url, { team }));
  return { scene, told, start, press, ...teams };
}

/** Answers with what the listener knows of the place. */
export const sayWhere: NonNullable<StartOptions['setUp']> = ({ bot }) => {
  bot.message('hi', async ({ context, say }) => {
    await say(`hello ${context.teamId} ${context.enterpriseId} ${context.isEnterpriseInstall}`);
  });
  bot.command('/where', async ({ context, ack }) => {
    await ack(`${context.teamId} ${context.enterpriseId} ${context.isEnterpriseInstall}`);
  });
};

/** An admin of the organization lets the app into a workspace, or takes it out, and the server knows. */
export async function setAccess(scene: Scene, team: string, isGranted: boolean): Promise<void> {
  const after = await scene.slack.lastSeq();
  await scene.slack.setTeamAccess(team, { isGranted });
  await scene.until(isList, { after, what: 'the question after the event' });
  await scene.pass(1_000);
}

/** Slack was asked for the workspaces. */
export const isList = ({ kind, method, ok }: LogRecord) =>
  kind === 'request' && method === 'auth.teams.list' && ok === true;

/** A person writes "hi" in #general of a workspace; gives the answer. */
export async function greetIn(scene: Scene, team: TeamInfo): Promise<string | undefined> {
  const after = await scene.slack.lastSeq();
  await scene.slack.say({ team: team.id, channel: 'general', text: 'hi' });
  await scene.until(isPostIn(team.id), { after, what: `an answer in ${team.name}` });
  return (await saidIn(scene, team)).at(-1);
}

/** What the bot wrote in #general of a workspace, oldest first. */
export async function saidIn(scene: Scene, { id }: TeamInfo): Promise<string[]> {
  const messages = await scene.slack.messages({ team: id, channel: 'general', limit: 1_000 });
  return messages.filter(({ isBot }) => isBot).map(({ text }) => text);
}

/** The access of each workspace of an installation, as the rows have it. */
export async function accessOf(scene: Scene, key = ORG): Promise<Record<string, string>> {
  const view = (await scene.rows()).find(({ installation }) => installation.key === key);
  return Object.fromEntries((view?.teams ?? []).map(({ teamId, access }) => [teamId, access]));
}

let events = 0;

/**
 * Posts an event as Slack does, signed, with whatever body Slack might send; gives the status.
 * @param to A server in a process of its own, on the machine's clock. @defaultValue the scene's
 */
export async function postEvent(scene: Scene, event: object, around: object, to?: string): Promise<number> {
  const [app] = await scene.slack.apps();
  const body = JSON.stringify({
    type: 'event_callback',
    api_app_id: app?.id,
    event_id: `EvTEST${++events}`,
    event_time: Math.floor(scene.clock.now() / 1_000),
    event,
    ...around,
  });
  return (await send(scene, body, 'application/json', to)).status;
}

/** Posts a command or payload as Slack does; gives the answer's text. */
export async function postForm(scene: Scene, fields: Record<string, string>): Promise<string> {
  const [app] = await scene.slack.apps();
  const body = new URLSearchParams({ api_app_id: app?.id ?? '', ...fields }).toString();
  return await (await send(scene, body, 'application/x-www-form-urlencoded')).text();
}

async function send(scene: Scene, body: string, type: string, to?: string): Promise<Response> {
  const nowMs = to === undefined ? scene.clock.now() : Date.now();
  const timestamp = String(Math.floor(nowMs / 1_000));
  const digest = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  };
  return await scene.during(fetch(`${to ?? scene.url}/slack/events`, { method: 'POST', headers, body }));
}
