/**
 * What Sign in with Slack says about somebody: the claims of userInfo, and the id token, a JWT signed with RS256.
 * (https://docs.slack.dev/authentication/sign-in-with-slack; keys of @slack/web-api, OpenIDConnectUserInfoResponse)
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Team, Token, User } from '../workspace/model.ts';
import { type Json, profileShape, seconds, teamShape } from '../workspace/slack-shapes.ts';

/** Slack's own, also here: apps that have it in their code shall find it in the token. */
export const ISSUER = 'https://slack.com';
/** How long an id token is good. (The example of Slack's page: `exp` is 300 s after `iat`) */
const LIFETIME_SECONDS = 300;
const KEY_ID = 'simulator-1';

/** Made when the first one is asked for, because it takes a moment; the same for every simulator of a process. */
let keys: { privateKey: KeyObject; publicKey: KeyObject } | undefined;

function signingKeys(): NonNullable<typeof keys> {
  keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return keys;
}

/** The JSON Web Key Set with which an app checks the signature. */
export function keySet(): Json {
  const { kty, n, e } = signingKeys().publicKey.export({ format: 'jwk' });
  return { keys: [{ kty, n, e, alg: 'RS256', use: 'sig', kid: KEY_ID }] };
}

/** The claims for which the token has a scope: `openid` says who, `email` and `profile` the rest. */
export function userClaims(team: Team, user: User, scopes: readonly string[]): Json {
  const profile = profileShape(team, user);
  const { icon } = teamShape(team) as { icon: Json };
  return {
    sub: user.id,
    [`${ISSUER}/user_id`]: user.id,
    [`${ISSUER}/team_id`]: team.id,
    ...(scopes.includes('email') && {
      email: user.email,
      email_verified: true,
      date_email_verified: seconds(team.createdAtMs),
    }),
    ...(scopes.includes('profile') && {
      name: user.realName,
      picture: profile.image_512,
      given_name: profile.first_name,
      family_name: profile.last_name,
      locale: 'en-US',
      [`${ISSUER}/team_name`]: team.name,
      [`${ISSUER}/team_domain`]: team.domain,
      ...(team.enterprise && {
        [`${ISSUER}/enterprise_id`]: team.enterprise.id,
        [`${ISSUER}/enterprise_name`]: team.enterprise.name,
      }),
      ...picturesIn(profile, 'user_'),
      ...picturesIn(icon, 'team_'),
      [`${ISSUER}/team_image_default`]: true,
    }),
  };
}

/** A signed statement for the app about who has just signed in. */
export function idToken(
  { team, user, token }: { team: Team; user: User; token: Token },
  { nowMs, nonce }: { nowMs: number; nonce: string | undefined },
): string {
  const issuedAt = seconds(nowMs);
  const claims = {
    iss: ISSUER,
    aud: token.app.clientId,
    exp: issuedAt + LIFETIME_SECONDS,
    iat: issuedAt,
    auth_time: issuedAt,
    ...(nonce !== undefined && { nonce }),
    at_hash: createHash('sha256').update(token.value).digest().subarray(0, 16).toString('base64url'),
    ...userClaims(team, user, token.scopes),
  };
  const head = { typ: 'JWT', alg: 'RS256', kid: KEY_ID };
  const text = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign('sha256', Buffer.from(text), signingKeys().privateKey).toString('base64url')}`;
}

function picturesIn(shape: Json, prefix: string): Json {
  const pictures = Object.entries(shape).filter(([name]) => /^image_\d+$/.test(name));
  return Object.fromEntries(pictures.map(([name, url]) => [`${ISSUER}/${prefix}${name}`, url]));
}
