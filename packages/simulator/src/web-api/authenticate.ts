/** Finds who calls: the token of a request, what Slack says about it, and whether it may call this method. */
import type { IncomingMessage } from 'node:http';
import { type Refusal, refuse } from '../wire/answer.ts';
import type { RawArguments } from '../wire/arguments.ts';
import type { Token } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import type { CallContext, WebApiMethod } from './method.ts';
import { missingScope } from './missing-scope.ts';

/** The token that was sent: in the Authorization header, or as `token` of a form. The header wins. */
export function sentToken(request: IncomingMessage, raw: RawArguments): string | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const bearer = /^bearer\s+(\S+)\s*$/i.exec(header)?.[1];
    if (bearer !== undefined) return bearer;
  }
  return typeof raw.token === 'string' && raw.token !== '' ? raw.token.trim() : undefined;
}

/** The client id and secret of HTTP Basic, which the oauth methods prefer. */
export function basicCredentials(request: IncomingMessage): CallContext['basic'] {
  const encoded = /^basic\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) };
}

/** Why this token may not call the method now, or nothing. */
export function tokenRefusal(
  world: World,
  method: WebApiMethod,
  sent: string | undefined,
  token: Token | undefined,
): Refusal | undefined {
  if (sent === undefined) return refuse('not_authed');
  if (world.configTokens.find(sent)) return refuse('not_allowed_token_type');
  if (!token || token.status === 'removed') return refuse('invalid_auth');
  if (token.status !== 'active') return refuse(token.status);
  if (token.expiresAtMs !== undefined && token.expiresAtMs <= world.clock.now()) return refuse('token_expired');
  if (!method.tokens.includes(token.kind)) return refuse('not_allowed_token_type');
  if (token.app.kind === 'classic') return undefined;
  if (method.isClassicOnly) return refuse('not_allowed_token_type');
  return method.scopes.length === 0 ? undefined : missingScope(token, method.scopes);
}
