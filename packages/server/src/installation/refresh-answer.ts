/**
 * Reads the answer of oauth.v2.access to `grant_type=refresh_token`: the new pair at the top level, for a bot and for a
 * person (docs.slack.dev/authentication/using-token-rotation). Stores nothing.
 */
import { z } from 'zod';
import type { GrantedToken } from '../team/installations.ts';
import type { PairOwner } from '../team/token-pairs.ts';
import { isOfKind, scopesIn, tokenText } from './oauth-grant.ts';

/** What claims to live longer than a year is no life time. */
const MAX_LIFE_SECONDS = 366 * 86_400;

const fields = z.object({
  access_token: tokenText,
  token_type: z.string().nullish().catch(null),
  user_id: z.string().nullish().catch(null),
  scope: z.string().catch(''),
  expires_in: z.number().positive().max(MAX_LIFE_SECONDS).nullish().catch(null),
  refresh_token: tokenText
    .refine((token) => isOfKind(token, 'refresh'))
    .nullish()
    .catch(null),
});

/**
 * The new pair, or undefined when the answer holds none for this owner.
 * @param nowMs When the refresh token was sent: a token that lives 12 hours lives that long from then.
 */
export function readRefreshed(
  body: Record<string, unknown>,
  { owner, nowMs }: { owner: Pick<PairOwner, 'kind' | 'userId'>; nowMs: number },
): GrantedToken | undefined {
  const { data } = fields.safeParse(body);
  if (!data || !isOfKind(data.access_token, owner.kind)) return undefined;
  if (data.token_type && data.token_type !== owner.kind) return undefined;
  if (owner.kind === 'user' && data.user_id && data.user_id !== owner.userId) return undefined;
  return {
    token: data.access_token,
    scopes: scopesIn(data.scope),
    expiresAtMs: data.expires_in ? Math.floor(nowMs + data.expires_in * 1_000) : null,
    refreshToken: data.refresh_token ?? null,
  };
}
