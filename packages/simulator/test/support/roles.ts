/** The people of a simulated workspace, each with a client of their own. */
import type { WebClient } from '@slack/web-api';
import type { Simulator } from '../../src/index.ts';
import { AppServer } from './app-server.ts';
import { installedSimulator } from './slack.ts';
import { clientOf } from './web-client.ts';

/** A workspace with its bot, Ann (an administrator) and Bob. */
export interface Roles {
  slack: Awaited<ReturnType<typeof installedSimulator>>;
  bot: WebClient;
  ann: WebClient;
  bob: WebClient;
  annId: string;
  bobId: string;
  general: string;
  random: string;
}

export async function acmeRoles(options: Parameters<typeof installedSimulator>[0] = {}): Promise<Roles> {
  const slack = await installedSimulator(options);
  const bobsInstall = await slack.control.install({ team: 'Acme', user: 'bob' });
  const { users, channels } = await slack.control.team('Acme');
  const idOf = (list: readonly { id: string; name: string }[], name: string) =>
    list.find((one) => one.name === name)?.id ?? '';
  return {
    slack,
    bot: clientOf(slack, slack.acme.botToken),
    ann: clientOf(slack, slack.acme.userToken),
    bob: clientOf(slack, bobsInstall.userToken),
    annId: idOf(users, 'ann'),
    bobId: idOf(users, 'bob'),
    general: idOf(channels, 'general'),
    random: idOf(channels, 'random'),
  };
}

/** A client for an app that has only these scopes. */
export async function scopedClient(slack: Simulator, botScopes: readonly string[]): Promise<WebClient> {
  const app = await slack.control.addApp({ kind: 'granular', botScopes });
  const { botToken } = await slack.control.install({ team: 'Acme', app: app.id });
  return clientOf(slack, botToken);
}

/** The same with an app of one's own, which gets these events at its request URL. */
export interface SubscribedRoles extends Roles {
  app: AppServer;
  stop(): Promise<void>;
}

/** @param scopes Of bot and people, of an app with granular scopes; without them it is a classic one. */
export async function subscribedRoles({
  scopes,
  events,
  ...options
}: Pick<NonNullable<Parameters<typeof acmeRoles>[0]>, 'clock'> & {
  scopes?: readonly string[];
  events: readonly string[];
}): Promise<SubscribedRoles> {
  const app = await AppServer.start();
  const settings = scopes ? ({ kind: 'granular', botScopes: scopes, userScopes: scopes } as const) : {};
  const roles = await acmeRoles({ ...options, app: { ...settings, requestUrl: app.url, eventSubscriptions: events } });
  const stop = async () => {
    await roles.slack.stop();
    await app[Symbol.asyncDispose]();
  };
  return { ...roles, app, stop };
}
