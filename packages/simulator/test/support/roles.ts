/** The people of a simulated workspace, each with a client of their own. */
import type { WebClient } from '@slack/web-api';
import type { Simulator } from '../../src/index.ts';
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
