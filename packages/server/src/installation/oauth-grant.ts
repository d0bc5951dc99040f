/**
 * What Slack granted, in one shape for every version of OAuth. Reads the answer of oauth.access (v1); a reader of
 * oauth.v2.access is a second function with the same result.
 */
import { z } from 'zod';
import type { InstallInput } from '../team/installations.ts';

/** A successful exchange. Holds tokens: never logged, never rendered. */
export interface Grant {
  teamId: string;
  teamName: string | null;
  enterpriseId: string | null;
  appId: string | null;
  botToken: string;
  botUserId: string | null;
  botScopes: string[];
  user: { id: string; token: string; scopes: string[] } | null;
}

/** The grant, or which part of it the answer lacks. */
export type GrantReading = { kind: 'grant'; grant: Grant } | { kind: 'incomplete'; missing: 'bot' | 'team' };

/** What auth.test adds to a grant before it is stored. */
export interface GrantIdentity {
  teamName: string | null;
  domain: string | null;
  botUserId: string | null;
  botId: string | null;
  appId: string | null;
}

const optionalText = z.string().min(1).nullish().catch(null);

const answerV1 = z.object({
  // The same ids as an import takes; anything else is no Slack.
  team_id: z.string().regex(/^[A-Z0-9]{1,32}$/),
  team_name: optionalText,
  enterprise_id: optionalText,
  app_id: optionalText,
  scope: z.string().catch(''),
  user_id: optionalText,
  access_token: optionalText,
  bot: z.object({ bot_user_id: optionalText, bot_access_token: z.string().min(1) }),
});

/** Reads the answer of oauth.access. The bot acts by `bot.bot_access_token`; the outer token is the installing person's. */
export function readGrantV1(body: Record<string, unknown>): GrantReading {
  const parsed = answerV1.safeParse(body);
  if (!parsed.success) {
    const isTeam = parsed.error.issues.some((issue) => issue.path[0] === 'team_id');
    return { kind: 'incomplete', missing: isTeam ? 'team' : 'bot' };
  }
  const { data } = parsed;
  const scopes = data.scope.split(/[\s,]+/).filter((scope) => scope !== '');
  const hasUser = Boolean(data.user_id && data.access_token);
  const grant: Grant = {
    teamId: data.team_id,
    teamName: data.team_name ?? null,
    enterpriseId: data.enterprise_id ?? null,
    appId: data.app_id ?? null,
    botToken: data.bot.bot_access_token,
    botUserId: data.bot.bot_user_id ?? null,
    // v1 lists one set of scopes for both tokens; the bot's is always exactly `bot`.
    botScopes: ['bot'],
    user: hasUser ? { id: data.user_id as string, token: data.access_token as string, scopes } : null,
  };
  return { kind: 'grant', grant };
}

/** The rows of a grant. Where auth.test said more than the grant, its word counts: it is the token's own. */
export function installInputOf(grant: Grant, identity: GrantIdentity | null): InstallInput {
  const { user } = grant;
  return {
    key: grant.teamId,
    isEnterprise: false,
    appId: identity?.appId ?? grant.appId,
    bot: { token: grant.botToken, scopes: grant.botScopes, expiresAtMs: null },
    users: user ? [{ userId: user.id, token: user.token, scopes: user.scopes, expiresAtMs: null }] : [],
    team: {
      teamId: grant.teamId,
      name: identity?.teamName ?? grant.teamName,
      domain: identity?.domain ?? null,
      botUserId: identity?.botUserId ?? grant.botUserId,
      botId: identity?.botId ?? null,
    },
  };
}
