/** Gives out the tokens of an installation, rotates them, and forgets the oldest dead ones. Decides nothing about installs. */
import { SimulatorError } from '../errors.ts';
import { tokenIdOf } from './ids.ts';
import type { RefreshToken, Token, TokenHolder } from './model.ts';
import type { World } from './world.ts';

/** How long a rotating token works. (https://docs.slack.dev/authentication/using-token-rotation) */
export const ROTATING_TOKEN_MS = 12 * 3_600_000;
/** How long a used refresh token works once more. Slack says "a short grace period"; the number is ours. */
export const REFRESH_GRACE_MS = 60_000;
/** Refresh tokens of apps with PKCE end by themselves. (https://docs.slack.dev/authentication/using-pkce) */
export const PKCE_REFRESH_TOKEN_MS = 30 * 86_400_000;
/** How many dead tokens of an installation are still recognized; older ones answer invalid_auth. */
const DEAD_TOKENS_KEPT = 50;
/** How many refresh tokens of an installation are kept, used ones among them. */
const REFRESH_TOKENS_KEPT = 50;

/** Whom a new token stands for. */
interface Bearer {
  kind: 'bot' | 'user';
  userId: string;
  scopes: readonly string[];
  /** @defaultValue a fresh one */
  value?: string | undefined;
}

/** Gives the bot a new token; the old one ends, unless the app rotates its tokens. */
export function giveBotToken(world: World, holder: TokenHolder, value?: string): Token {
  const scopes = holder.owner.app.kind === 'classic' ? ['identify', 'bot:basic'] : holder.scopes;
  return give(world, holder, { kind: 'bot', userId: holder.botUserId, scopes, value });
}

/** Gives a person a new token; the old one ends, unless the app rotates its tokens. */
export function giveUserToken(
  world: World,
  holder: TokenHolder,
  userId: string,
  scopes: readonly string[],
  value?: string,
): Token {
  return give(world, holder, { kind: 'user', userId, scopes, value });
}

/** The newest refresh token of the bot or of a person. */
export function currentRefreshToken(holder: TokenHolder, token: Token): RefreshToken | undefined {
  return holder.refreshTokens.findLast(({ kind, userId }) => kind === token.kind && userId === token.userId);
}

/** Exchanges a refresh token for a new access token; undefined when it may not be used any more. */
export function refresh(world: World, refreshToken: RefreshToken): Token | undefined {
  if (!isUsable(world, refreshToken)) return undefined;
  refreshToken.usedAtMs ??= world.clock.now();
  const { holder, kind, userId, scopes } = refreshToken;
  return give(world, holder, { kind, userId, scopes });
}

/** Makes one token answer token_revoked; the rest of the installation stays. */
export function revokeToken(token: Token): void {
  token.status = 'token_revoked';
}

/** Every token of an installation that was not replaced. */
export function tokensOf(holder: TokenHolder): Token[] {
  const { botToken, userTokens, olderTokens } = holder;
  return [...(botToken ? [botToken] : []), ...userTokens.values(), ...olderTokens];
}

function isUsable({ clock }: World, { usedAtMs, issuedAtMs, holder }: RefreshToken): boolean {
  if (holder.status !== 'active') return false;
  if (holder.owner.app.isPkceOn && clock.now() - issuedAtMs > PKCE_REFRESH_TOKEN_MS) return false;
  return usedAtMs === undefined || clock.now() - usedAtMs <= REFRESH_GRACE_MS;
}

function give(world: World, holder: TokenHolder, bearer: Bearer): Token {
  const isRotating = holder.owner.app.isTokenRotationOn;
  const old = bearer.kind === 'bot' ? holder.botToken : holder.userTokens.get(bearer.userId);
  if (old && isRotating && old.status === 'active') keepBeside(world, holder, old);
  else if (old) retire(world, holder, old);
  const token = issue(world, holder, bearer, isRotating);
  if (bearer.kind === 'bot') holder.botToken = token;
  else holder.userTokens.set(bearer.userId, token);
  if (isRotating) issueRefreshToken(world, holder, bearer);
  return token;
}

/** At most two tokens work at a time, so what was older than the replaced one ends. */
function keepBeside(world: World, holder: TokenHolder, old: Token): void {
  const isSame = (token: Token) => token.kind === old.kind && token.userId === old.userId;
  for (const token of holder.olderTokens) if (isSame(token)) retire(world, holder, token);
  holder.olderTokens = [...holder.olderTokens.filter((token) => !isSame(token)), old];
}

function issue(world: World, holder: TokenHolder, bearer: Bearer, isRotating: boolean): Token {
  const { kind, userId, scopes } = bearer;
  const { app, team, enterprise } = holder.owner;
  const prefix = kind === 'bot' ? 'xoxb' : 'xoxp';
  const value = world.secrets.note(bearer.value ?? world.ids.token(isRotating ? `xoxe.${prefix}-1` : prefix));
  if (world.tokens.has(value)) throw new SimulatorError('name_taken', 'Two installations have the same token');
  const token: Token = {
    value,
    id: tokenIdOf(value),
    kind,
    app,
    team,
    enterprise,
    holder,
    userId,
    botId: kind === 'bot' ? holder.botId : undefined,
    scopes,
    expiresAtMs: isRotating ? world.clock.now() + ROTATING_TOKEN_MS : undefined,
    status: 'active',
  };
  world.tokens.set(value, token);
  return token;
}

function issueRefreshToken(world: World, holder: TokenHolder, { kind, userId, scopes }: Bearer): void {
  const token: RefreshToken = {
    value: world.secrets.note(world.ids.token('xoxe-1')),
    kind,
    holder,
    userId,
    scopes,
    issuedAtMs: world.clock.now(),
    usedAtMs: undefined,
  };
  world.refreshTokens.set(token.value, token);
  holder.refreshTokens.push(token);
  const forgotten = holder.refreshTokens.length > REFRESH_TOKENS_KEPT ? holder.refreshTokens.shift() : undefined;
  if (forgotten) world.refreshTokens.delete(forgotten.value);
}

/** Installing again for ever must not fill the memory. */
function retire(world: World, holder: TokenHolder, token: Token): void {
  if (token.status === 'active') token.status = 'token_revoked';
  holder.retiredTokens.push(token.value);
  const forgotten = holder.retiredTokens.length > DEAD_TOKENS_KEPT ? holder.retiredTokens.shift() : undefined;
  if (forgotten !== undefined) world.tokens.delete(forgotten);
}
