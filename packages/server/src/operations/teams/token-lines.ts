/** The tokens of a team as a line that `teams import` takes, and which of them are left out and why. */
import { z } from 'zod';
import type { IncomingWebhook } from '../../team/incoming-webhook.ts';
import type { Credential, Team } from '../../team/installation.ts';
import type { Credentials, InstallationView } from '../../team/installations.ts';
import { isoTime } from '../fields.ts';

export const leftOutToken = z.object({
  installation: z.string(),
  token: z.enum(['bot', 'user']),
  userId: z
    .string()
    .nullable()
    .describe('Null: the bot, or a person of whom the key of this server cannot read the token.'),
  why: z
    .enum(['rotates', 'unreadable', 'missing', 'without_bot'])
    .describe(
      'It rotates: the next refresh here would end it there. No key opens it. There is none. The bot of its team is left out, which a line must have.',
    ),
});

export type LeftOutToken = z.output<typeof leftOutToken>;

/** What a line is made of, beside the tokens. */
export interface Exported extends Pick<InstallationView, 'installation' | 'teams'> {
  installedBy: string | null;
  /** Of an organization: those of its teams that are exported. @defaultValue none */
  workspaces?: readonly Pick<Team, 'teamId' | 'name' | 'access'>[];
}

interface TokenLines {
  /** None, or that of the team. */
  lines: Record<string, unknown>[];
  leftOut: LeftOutToken[];
}

/** Tokens that rotate are left out: the next refresh here would end them, and one there those that are used here. */
export function tokenLinesOf(
  { installation, teams, installedBy, workspaces = [] }: Exported,
  credentials: Credentials,
): TokenLines {
  const { bot, users, unreadable } = credentials;
  const left = (token: 'bot' | 'user', why: LeftOutToken['why'], userId: string | null = null): LeftOutToken => ({
    installation: installation.key,
    token,
    userId,
    why,
  });
  const isUnreadable = (kind: string) => unreadable.filter(({ facts }) => facts.kind === kind);
  const unreadableUsers = isUnreadable('user').map(() => left('user', 'unreadable'));
  const rotating = users.filter(rotates).map(({ userId }) => left('user', 'rotates', userId));
  const lasting = users.filter((user) => !rotates(user));
  if (!bot || rotates(bot)) {
    const why = bot ? 'rotates' : isUnreadable('bot').length > 0 ? 'unreadable' : 'missing';
    const withoutBot = lasting.map(({ userId }) => left('user', 'without_bot', userId));
    return { lines: [], leftOut: [left('bot', why), ...rotating, ...withoutBot, ...unreadableUsers] };
  }
  const team = teams.find(({ teamId }) => String(teamId) === String(installation.key));
  const line = lineOf({ bot, users: lasting }, { installation, team, installedBy, workspaces });
  return { lines: [line], leftOut: [...rotating, ...unreadableUsers] };
}

function rotates({ expiresAtMs }: Credential): boolean {
  return expiresAtMs !== null;
}

function lineOf(
  { bot, users }: { bot: Credential; users: readonly Credential[] },
  {
    installation,
    team,
    installedBy,
    workspaces,
  }: { team: Team | undefined } & Required<Pick<Exported, 'installation' | 'installedBy' | 'workspaces'>>,
): Record<string, unknown> {
  const { key, isEnterprise, enterpriseId, appId, state } = installation;
  const letIn = workspaces.filter(({ teamId, access }) => access === 'granted' && String(teamId) !== String(key));
  return {
    ...(isEnterprise
      ? { enterprise_id: key, is_enterprise_install: true }
      : { team_id: key, enterprise_id: enterpriseId }),
    app_id: appId,
    name: team?.name ?? null,
    domain: team?.domain ?? null,
    bot_token: bot.token,
    bot_user_id: team?.botUserId ?? null,
    bot_id: team?.botId ?? null,
    scopes: bot.scopes,
    installed_by: installedBy,
    ...(bot.incomingWebhook && { incoming_webhook: webhookOf(bot.incomingWebhook) }),
    ...(isEnterprise &&
      letIn.length > 0 && { workspaces: letIn.map(({ teamId, name }) => ({ team_id: teamId, name })) }),
    ...(state.kind === 'inactive' && { inactive_since: isoTime(state.sinceMs) }),
    ...(users.length > 0 && {
      users: users.map(({ userId, token, scopes }) => ({ user_id: userId, user_token: token, user_scopes: scopes })),
    }),
  };
}

/** As Slack calls its fields. Named one by one: JSON leaves out its URL otherwise. */
function webhookOf({ url, channel, channelId, configurationUrl }: IncomingWebhook): Record<string, unknown> {
  return { url, channel, channel_id: channelId, configuration_url: configurationUrl };
}
