/** A scene whose events come over Socket Mode: a granular app, installed in Acme and Globex. */
import type { AppSeed, LogRecord } from 'slack-simulator';
import type { BotServerError } from '../src/index.ts';
import { type Fits, type Installed, Scene, type SceneOptions, type StartOptions } from './scene.test-kit.ts';

export const APP_TOKEN = 'xapp-sim-socket-scene';

/** What the hook `error` was told. */
export interface Told {
  teamId: string | null;
  where: string;
  error: BotServerError;
}

export interface SocketSceneOptions extends StartOptions {
  scene?: SceneOptions;
  /** Wait until so many sockets are open; 0 = do not start the server. @defaultValue 2 */
  sockets?: number;
}

/** The scene, with what its tests need at hand. */
export interface SocketScene {
  scene: Scene;
  acme: Installed;
  /** The simulator's id of the app. */
  appId: string;
  errors: Told[];
}

export const socketApp: AppSeed = {
  kind: 'granular',
  appLevelToken: APP_TOKEN,
  isSocketModeOn: true,
  botScopes: [
    'app_mentions:read',
    'channels:history',
    'chat:write',
    'commands',
    'im:history',
    'im:write',
    'users:read',
  ],
  eventSubscriptions: ['app_uninstalled', 'message.channels', 'message.im', 'tokens_revoked'],
};

/** Starts Slack and a server on Socket Mode. */
export async function openSocketScene({
  scene: sceneOptions,
  setUp,
  sockets = 2,
  ...options
}: SocketSceneOptions = {}): Promise<SocketScene> {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }], app: socketApp, ...sceneOptions });
  await scene.importTeams(await scene.linesOf(['Acme', 'Globex']));
  const errors: Told[] = [];
  await scene.start({
    slackTransport: 'socket',
    slackAppToken: APP_TOKEN,
    slackScopes: ['chat:write'],
    ...options,
    async setUp(context) {
      context.server.on('error', (told) => errors.push(told));
      await (setUp ?? repeatAfterMe)(context);
    },
  });
  const [app] = await scene.slack.apps();
  await openSockets(scene, sockets);
  return { scene, acme: await scene.installed('Acme'), appId: app?.id ?? '', errors };
}

/** Answers each message by itself, and /echo by its text. */
export const repeatAfterMe: NonNullable<StartOptions['setUp']> = ({ bot }) => {
  bot.message(/^say /, async ({ message, say }) => {
    if ('text' in message) await say(String(message.text).replace('say ', 'said '));
  });
  bot.command('/echo', async ({ command, ack }) => {
    await ack(`heard ${command.text}`);
  });
};

/** Waits until so many more sockets were accepted after `seq`; answers the last one's record. */
export async function openSockets(scene: Scene, count: number, after = 0): Promise<LogRecord | undefined> {
  let last: LogRecord | undefined;
  for (let left = count; left > 0; left--) {
    last = await scene.until(isAccepted, { after: last?.seq ?? after, what: 'an open socket', withinMs: 400_000 });
  }
  await scene.pass(250);
  return last;
}

/** A socket of the app was accepted. */
export const isAccepted: Fits = ({ kind, ok }) => kind === 'socket_open' && ok !== false;

/** How many sockets were open after each record that changed it, from the first one on. */
export function openCounts(records: readonly LogRecord[]): number[] {
  const counts: number[] = [];
  const open = new Set<string | undefined>();
  for (const record of records) {
    if (isAccepted(record)) open.add(record.socket);
    else if (record.kind !== 'socket_close' || !open.delete(record.socket)) continue;
    counts.push(open.size);
  }
  return counts;
}

/** Everything in the log, or of one kind. */
export async function logOf(scene: Scene, kind?: LogRecord['kind']): Promise<LogRecord[]> {
  return await scene.slack.log({ limit: 100_000, ...(kind !== undefined && { kind }) });
}

/** A person writes to everybody in #general; the bot repeats it. */
export async function say(scene: Scene, text: string, team = 'Acme'): Promise<void> {
  await scene.slack.say({ team, channel: 'general', text: `say ${text}` });
}

/** The texts that the bot wrote in #general, oldest first. */
export async function saidBy(scene: Scene, team = 'Acme'): Promise<string[]> {
  const messages = await scene.slack.messages({ team, channel: 'general', limit: 1_000 });
  return messages.filter(({ isBot, text }) => isBot && text.startsWith('said ')).map(({ text }) => text.slice(5));
}

/** A person writes and time passes until the bot has repeated it: the bot is there. */
export async function hears(scene: Scene, text: string): Promise<void> {
  const after = await scene.slack.lastSeq();
  await say(scene, text);
  await scene.until(({ kind, method, ok }) => kind === 'request' && method === 'chat.postMessage' && ok === true, {
    after,
    what: `the answer to ${text}`,
  });
}
