/** A scene on any of the three transports: workspaces by name, and a bot that answers hi. */
import type { AppSeed } from 'slack-simulator';
import { expect } from 'vitest';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { answerHi, isSocketOpen, Scene, type StartOptions } from './scene.test-kit.ts';
import { register } from './slack-button.test-kit.ts';
import { APP_TOKEN, openSockets } from './socket-scene.test-kit.ts';

/** How events come. */
export type Transport = 'rtm' | 'http' | 'socket';
export const transports = ['rtm', 'http', 'socket'] as const;

const granular: AppSeed = {
  kind: 'granular',
  botScopes: ['chat:write', 'im:history', 'im:write', 'users:read'],
  eventSubscriptions: ['message.im'],
};
const apps: Record<Transport, AppSeed> = {
  rtm: { kind: 'classic' },
  http: { ...granular, signingSecret: SIGNING_SECRET },
  socket: { ...granular, isSocketModeOn: true, appLevelToken: APP_TOKEN },
};
const settings: Record<Transport, StartOptions> = {
  rtm: { slackTransport: 'rtm' },
  http: { slackTransport: 'http', slackSigningSecret: SIGNING_SECRET, slackScopes: ['chat:write'] },
  socket: { slackTransport: 'socket', slackAppToken: APP_TOKEN, slackScopes: ['chat:write'] },
};

/** A scene with what its tests need at hand. */
export interface Opened {
  scene: Scene;
  /** What the hook `error` was told: `team code`. */
  told: string[];
  idOf: (name: string) => string;
  /** Stops the server and starts it again on its database. */
  restart: () => Promise<void>;
}

/** A workspace for each name, with the server on the transport. Nothing is asked periodically unless `options` say so. */
async function open(
  transport: Transport,
  names: readonly string[],
  app: AppSeed,
  { setUp = answerHi, ...options }: StartOptions,
): Promise<Opened> {
  const scene = await Scene.open({ teams: names.map((name) => ({ name })), app });
  if (!app.isTokenRotationOn) await scene.importTeams(await scene.linesOf(names));
  const told: string[] = [];
  const start = async () => {
    const after = await scene.slack.lastSeq();
    await scene.start({
      ...settings[transport],
      ...(transport !== 'rtm' && { slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/') }),
      periodicCheck: { everyMs: Infinity, silentMs: Infinity },
      ...options,
      async setUp(context) {
        await setUp(context);
        context.server.on('error', ({ teamId, error: { code: ours, facts } }) => {
          told.push(`${teamId} ${facts.slackError ?? ours}`);
        });
      },
    });
    if (transport === 'http') await pointAppAt(scene);
    if (transport === 'socket') await openSockets(scene, 2, after);
  };
  await start();
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, (await scene.slack.team(name)).id);
  const restart = async () => {
    await scene.stop();
    await start();
  };
  return { scene, told, restart, idOf: (name) => ids.get(name) ?? expect.fail(name) };
}

/** The teams are imported and connected. */
export async function openOn(
  transport: Transport,
  names: readonly string[],
  options: StartOptions = {},
): Promise<Opened> {
  const opened = await open(transport, names, apps[transport], options);
  const { scene, idOf } = opened;
  if (transport === 'rtm') for (const name of names) await scene.until(isSocketOpen(idOf(name)));
  await scene.pass(1_000);
  return opened;
}

/** The teams registered by the button with an app whose tokens rotate. */
export async function openRotating(transport: 'http' | 'socket', names: readonly string[]): Promise<Opened> {
  const app = { ...apps[transport], isTokenRotationOn: true };
  const opened = await open(transport, names, app, { slackScopes: ['chat:write', 'im:history'] });
  const { scene, idOf } = opened;
  for (const name of names) await scene.during(register(scene.url, { team: idOf(name) }));
  await scene.pass(1_000);
  return opened;
}
