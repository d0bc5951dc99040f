/**
 * What Slack granted, in one shape for every version of OAuth, and the rows that it becomes. Reads the answer of
 * oauth.access (v1); oauth-grant-v2.ts reads that of oauth.v2.access.
 */
import { z } from 'zod';
import { cutText } from '../store/storable-text.ts';
import { type IncomingWebhook, readIncomingWebhook } from '../team/incoming-webhook.ts';
import type { GrantedToken, InstallInput } from '../team/installations.ts';

/** A successful exchange. Holds tokens: never logged, never rendered. */
export interface Grant {
  /** The workspace; of an org-wide grant the organization, as `enterpriseId`. */
  teamId: string;
  teamName: string | null;
  enterpriseId: string | null;
  isOrgWide: boolean;
  appId: string | null;
  bot: GrantedToken;
  botUserId: string | null;
  /** The person who pressed Allow. */
  userId: string | null;
  /** That person's token; null unless one was granted. */
  user: (GrantedToken & { userId: string }) | null;
  /** Of the scope `incoming-webhook`. */
  incomingWebhook?: IncomingWebhook;
}

/** The grant, or why the answer holds none that can be used. */
export type GrantReading =
  | { kind: 'grant'; grant: Grant }
  /** Which part the answer lacks. */
  | { kind: 'incomplete'; missing: 'bot' | 'team' }
  /** The app was installed in a whole organization, which OAuth v1 has no bots for. */
  | { kind: 'org_wide' };

/** What auth.test adds to a grant before it is stored. */
export interface GrantIdentity {
  teamName: string | null;
  domain: string | null;
  botUserId: string | null;
  botId: string | null;
  appId: string | null;
  enterpriseId?: string | null;
}

export const optionalText = z.string().min(1).nullish().catch(null);

/** Slack's own names are shorter; what is longer is cut. */
export const nameText = optionalText.transform((name) => name && cutText(name, 255));

/** Of any spelling, because Slack-compatible servers have their own; but nothing that no index could hold. */
const looseId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/)
  .nullish()
  .catch(null);

/** The same ids as an import takes; anything else is no Slack. */
export const idText = z.string().regex(/^[A-Z0-9]{1,32}$/);

/**
 * What can be sent in a header. Slack-compatible servers have tokens of any shape, so nothing more is asked, but that a
 * token of Slack's is of the kind that stands there: see isOfKind.
 */
export const tokenText = z.string().regex(/^[\x21-\x7e]{1,2048}$/);

const PREFIX_OF_OTHERS = {
  bot: /^(xoxp-|xoxe\.xoxp-|xoxe-|xapp-)/,
  user: /^(xoxb-|xoxe\.xoxb-|xoxe-|xapp-)/,
  refresh: /^(xoxb-|xoxp-|xoxe\.|xapp-)/,
} as const;

/** Whether a token has no prefix of Slack's, or that of its kind. */
export function isOfKind(token: string, kind: keyof typeof PREFIX_OF_OTHERS): boolean {
  return !PREFIX_OF_OTHERS[kind].test(token);
}

/** Scopes as Slack lists them: by comma, and in old answers by space. */
export function scopesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== '');
}

const botToken = tokenText.refine((token) => isOfKind(token, 'bot'));
const userToken = tokenText.refine((token) => isOfKind(token, 'user'));

const answerV1 = z.object({
  team_id: idText,
  team_name: nameText,
  enterprise_id: looseId,
  app_id: looseId,
  scope: z.string().catch(''),
  user_id: looseId,
  access_token: userToken.nullish().catch(null),
  bot: z.object({ bot_user_id: looseId, bot_access_token: botToken }),
});

/** The webhook of an answer, where one was granted. */
export function webhookIn(body: Record<string, unknown>): Pick<Grant, 'incomingWebhook'> {
  const incomingWebhook = readIncomingWebhook(body.incoming_webhook);
  return incomingWebhook ? { incomingWebhook } : {};
}

/** Reads the answer of oauth.access. The bot acts by `bot.bot_access_token`; the outer token is the installing person's. */
export function readGrantV1(body: Record<string, unknown>): GrantReading {
  if (body.is_enterprise_install === true) return { kind: 'org_wide' };
  const parsed = answerV1.safeParse(body);
  if (!parsed.success) {
    const isTeam = parsed.error.issues.some((issue) => issue.path[0] === 'team_id');
    return { kind: 'incomplete', missing: isTeam ? 'team' : 'bot' };
  }
  const { data } = parsed;
  const { user_id: userId, access_token: token } = data;
  const grant: Grant = {
    teamId: data.team_id,
    teamName: data.team_name ?? null,
    enterpriseId: data.enterprise_id ?? null,
    isOrgWide: false,
    appId: data.app_id ?? null,
    // v1 lists one set of scopes for both tokens; the bot's is always exactly `bot`.
    bot: { token: data.bot.bot_access_token, scopes: ['bot'], expiresAtMs: null },
    botUserId: data.bot.bot_user_id ?? null,
    userId: userId ?? null,
    ...webhookIn(body),
    user: userId && token ? { userId, token, scopes: scopesIn(data.scope), expiresAtMs: null } : null,
  };
  return { kind: 'grant', grant };
}

/** The rows of a grant. Where auth.test said more than the grant, its word counts: it is the token's own. */
export function installInputOf(grant: Grant, identity: GrantIdentity | null): InstallInput {
  return {
    key: grant.teamId,
    isEnterprise: grant.isOrgWide,
    enterpriseId: grant.enterpriseId ?? identity?.enterpriseId ?? null,
    appId: identity?.appId ?? grant.appId,
    bot: grant.bot,
    users: grant.user ? [grant.user] : [],
    installedBy: grant.userId,
    ...(grant.incomingWebhook && { incomingWebhook: grant.incomingWebhook }),
    team: {
      teamId: grant.teamId,
      name: identity?.teamName ?? grant.teamName,
      domain: identity?.domain ?? null,
      botUserId: identity?.botUserId ?? grant.botUserId,
      botId: identity?.botId ?? null,
    },
  };
}
