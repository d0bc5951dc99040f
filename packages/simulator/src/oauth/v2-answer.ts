/** What the oauth.v2 methods answer. The keys are those of Slack's samples; which of them appear depends on what was asked. */
import type { Answer } from '../wire/answer.ts';
import type { Token, TokenHolder } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { currentRefreshToken, ROTATING_TOKEN_MS } from '../workspace/tokens.ts';
import type { World } from '../workspace/world.ts';
import type { Installed } from './installer.ts';

/** The answer to a code of /oauth/v2/authorize. */
export function v2Answer(world: World, { code, holder, webhook, host }: Installed): Answer {
  const { scopes, userScopes = [], userId, team } = code;
  const userToken = userScopes.length > 0 ? holder.userTokens.get(userId) : undefined;
  return {
    ok: true,
    app_id: code.app.id,
    authed_user: { id: userId, ...(userToken && tokenFields(userToken)) },
    ...(scopes.length > 0 && holder.botToken && botFields(holder, holder.botToken)),
    ...placeFields(holder),
    ...(webhook &&
      team && {
        incoming_webhook: {
          channel: `#${webhook.channel.name}`,
          channel_id: webhook.channel.id,
          configuration_url: `https://${team.domain}.slack.com/services/${holder.botId}`,
          url: world.origin(host) + webhook.path,
        },
      }),
  };
}

/** The answer to a code of /oauth/v2_user/authorize. */
export function userAccessAnswer({ code, holder }: Installed): Answer {
  const token = holder.userTokens.get(code.userId);
  return {
    ok: true,
    app_id: code.app.id,
    ...(token && tokenFields(token)),
    authed_user: { id: code.userId, scope: token?.scopes.join(',') ?? '' },
    ...placeFields(holder),
  };
}

/** The answer to a refresh token, and to a long-lived token that is exchanged. A person's token stands at the top level. */
export function refreshedAnswer(token: Token): Answer {
  const { holder, app } = token;
  if (!holder) return { ok: false, error: 'invalid_refresh_token' };
  const fields = token.kind === 'bot' ? botFields(holder, token) : { ...tokenFields(token), user_id: token.userId };
  return { ok: true, app_id: app.id, ...fields, ...placeFields(holder) };
}

function botFields(holder: TokenHolder, token: Token): Json {
  return { ...tokenFields(token), bot_user_id: holder.botUserId };
}

function tokenFields(token: Token): Json {
  const refreshToken = token.holder && currentRefreshToken(token.holder, token);
  return {
    scope: token.scopes.join(','),
    token_type: token.kind,
    access_token: token.value,
    ...(token.expiresAtMs !== undefined && {
      expires_in: ROTATING_TOKEN_MS / 1000,
      refresh_token: refreshToken?.value,
    }),
  };
}

function placeFields({ owner }: TokenHolder): Json {
  const { team, enterprise = team?.enterprise } = owner;
  return {
    team: team ? { id: team.id, name: team.name } : null,
    enterprise: enterprise ? { id: enterprise.id, name: enterprise.name } : null,
    is_enterprise_install: owner.enterprise !== undefined,
  };
}
