/**
 * Reads the answer of oauth.v2.access (docs.slack.dev/reference/methods/oauth.v2.access): the bot's token at the top, the
 * person's inside `authed_user`, each with its own life where the app's tokens rotate. Stores nothing, asks nobody.
 */
import { z } from 'zod';
import type { GrantedToken } from '../team/installations.ts';
import {
  type Grant,
  type GrantReading,
  idText,
  isOfKind,
  nameText,
  optionalText,
  scopesIn,
  tokenText,
  webhookIn,
} from './oauth-grant.ts';

/** A token lives 12 hours; what claims to live longer than a year is no life time. */
const MAX_LIFE_SECONDS = 366 * 86_400;

const life = {
  expires_in: z.number().positive().max(MAX_LIFE_SECONDS).nullish().catch(null),
  refresh_token: tokenText
    .refine((token) => isOfKind(token, 'refresh'))
    .nullish()
    .catch(null),
};

const named = z.object({ id: idText, name: nameText });

const answerV2 = z.object({
  app_id: idText.nullish().catch(null),
  team: named.nullish().catch(null),
  enterprise: named.nullish().catch(null),
  is_enterprise_install: z.boolean().nullish().catch(null),
  bot_user_id: idText.nullish().catch(null),
  authed_user: z
    .object({
      id: idText,
      scope: z.string().catch(''),
      ...life,
      token_type: optionalText,
      access_token: z.unknown().optional(),
    })
    .nullish()
    .catch(null),
});

const botFields = z.object({
  access_token: tokenText.refine((token) => isOfKind(token, 'bot')),
  // Old answers do not say it; what says `user` is a person's grant alone (user scopes without bot scopes).
  token_type: z.literal('bot').optional(),
  scope: z.string().catch(''),
  ...life,
});

const userFields = z.object({
  access_token: tokenText.refine((token) => isOfKind(token, 'user')),
  token_type: z.literal('user').nullish(),
});

/**
 * Reads the answer of oauth.v2.access. Scopes are those that were granted, which may be fewer than were asked for.
 * @param nowMs When the code was sent: a token that lives 12 hours lives that long from then.
 */
export function readGrantV2(body: Record<string, unknown>, { nowMs }: { nowMs: number }): GrantReading {
  const { data } = answerV2.safeParse(body);
  if (!data) return { kind: 'incomplete', missing: 'team' };
  const { team, enterprise, authed_user: person } = data;
  // In place of a team Slack names the organization then. (https://docs.slack.dev/enterprise/developing-for-enterprise-orgs)
  const isOrgWide = data.is_enterprise_install === true || (!team && !!enterprise);
  const place = isOrgWide ? enterprise : team;
  if (!place) return { kind: 'incomplete', missing: 'team' };
  const bot = botFields.safeParse(body).data;
  if (!bot) return { kind: 'incomplete', missing: 'bot' };
  const grant: Grant = {
    teamId: place.id,
    teamName: place.name ?? null,
    enterpriseId: enterprise?.id ?? null,
    isOrgWide,
    appId: data.app_id ?? null,
    bot: grantedToken(bot, nowMs),
    botUserId: data.bot_user_id ?? null,
    userId: person?.id ?? null,
    user: person ? userTokenOf(person, nowMs) : null,
    ...webhookIn(body),
  };
  return { kind: 'grant', grant };
}

type Person = NonNullable<z.output<typeof answerV2>['authed_user']>;

/** Null unless user scopes were asked for. A token that cannot be one is left out: the bot can do without. */
function userTokenOf(person: Person, nowMs: number): Grant['user'] {
  const fields = userFields.safeParse(person).data;
  return fields ? { userId: person.id, ...grantedToken({ ...person, ...fields }, nowMs) } : null;
}

interface TokenFields {
  access_token: string;
  scope: string;
  expires_in?: number | null | undefined;
  refresh_token?: string | null | undefined;
}

function grantedToken(
  { access_token: token, scope, expires_in, refresh_token }: TokenFields,
  nowMs: number,
): GrantedToken {
  return {
    token,
    scopes: scopesIn(scope),
    expiresAtMs: expires_in ? Math.floor(nowMs + expires_in * 1_000) : null,
    refreshToken: refresh_token ?? null,
  };
}
