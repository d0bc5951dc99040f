/** A scene whose events are posted: a granular app with its request URL at the server, installed in Acme and Globex. */
import type { ActionInfo, ActionRequest, AppSeed, LogRecord, MessageInfo } from 'slack-simulator';
import type { BotServerError } from '../src/index.ts';
import { type Fits, type Installed, Scene, type SceneOptions, type StartOptions } from './scene.test-kit.ts';

export const SIGNING_SECRET = '00112233445566778899aabbccddeeff';

/** What the hook `error` was told. */
export interface Told {
  teamId: string | null;
  where: string;
  error: BotServerError;
}

export interface HttpSceneOptions extends StartOptions {
  app?: AppSeed;
  scene?: SceneOptions;
}

/** A conversation as a person sees it. */
export interface Place {
  team: string;
  channel?: string;
  to?: 'bot';
}

/** The scene, with what its tests need at hand. */
export interface HttpScene {
  scene: Scene;
  acme: Installed;
  globex: Installed;
  /** The simulator's id of the app. */
  appId: string;
  errors: Told[];
}

const granularApp: AppSeed = {
  kind: 'granular',
  signingSecret: SIGNING_SECRET,
  botScopes: [
    'app_mentions:read',
    'assistant:write',
    'channels:history',
    'channels:read',
    'chat:write',
    'commands',
    'im:history',
    'im:write',
    'reactions:read',
    'reactions:write',
    'users:read',
  ],
  eventSubscriptions: [
    'app_mention',
    'app_uninstalled',
    'message.channels',
    'message.im',
    'reaction_added',
    'tokens_revoked',
  ],
};

/** Starts Slack and a server on HTTP; the app is installed in both workspaces and its request URL verified. */
export async function openHttpScene({
  app,
  scene: sceneOptions,
  setUp,
  ...options
}: HttpSceneOptions): Promise<HttpScene> {
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }, { name: 'Globex' }],
    app: { ...granularApp, ...app },
    ...sceneOptions,
  });
  await scene.importTeams(await scene.linesOf(['Acme', 'Globex']));
  const errors: Told[] = [];
  await startHttp(scene, {
    ...options,
    async setUp(context) {
      context.server.on('error', (told) => errors.push(told));
      await setUp?.(context);
    },
  });
  const appId = await pointAppAt(scene);
  return { scene, acme: await scene.installed('Acme'), globex: await scene.installed('Globex'), appId, errors };
}

/** Starts a server of the scene that takes posted events. */
export async function startHttp(scene: Scene, options: StartOptions = {}): Promise<string> {
  const { url } = await scene.start({
    slackTransport: 'http',
    slackSigningSecret: SIGNING_SECRET,
    slackScopes: ['chat:write'],
    ...options,
  });
  return url;
}

/** Makes the server that runs the app's request URL; Slack checks it first. */
export async function pointAppAt(scene: Scene): Promise<string> {
  const [app] = await scene.slack.apps();
  const requestUrl = `${scene.url}/slack/events`;
  const { verification } = await scene.during(scene.slack.updateApp(app?.id ?? '', { requestUrl }));
  if (!verification?.ok) throw new Error(`The request URL was not verified: ${JSON.stringify(verification)}`);
  return app?.id ?? '';
}

/** A person uses the app; time goes on until it answered. */
export async function act(scene: Scene, action: ActionRequest): Promise<ActionInfo> {
  return await scene.during(scene.slack.act(action));
}

/** The message with this text in a conversation, once it is there. */
export async function messageOf(scene: Scene, where: Place, text: string): Promise<MessageInfo> {
  let after = 0;
  for (;;) {
    const found = (await scene.slack.messages(where)).find((message) => message.text === text);
    if (found) return found;
    after = (await scene.until(isWritten, { after, what: `the message ${text}` })).seq;
  }
}

const isWritten: Fits = ({ kind, method, ok }) =>
  kind === 'request' && ok === true && (method ?? '').startsWith('chat.');

/** All tries to deliver the first event of a type. */
export async function triesOf(scene: Scene, event: string): Promise<LogRecord[]> {
  const deliveries = (await scene.slack.log({ kind: 'delivery', limit: 10_000 })).filter((one) => one.event === event);
  return deliveries.filter(({ eventId }) => eventId === deliveries[0]?.eventId);
}
