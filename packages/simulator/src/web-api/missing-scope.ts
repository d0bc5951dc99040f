/** Whether a granular token has one of the scopes that something takes. The scopes of bots and people differ in places. */
import { fitsToken } from '../oauth/scopes.ts';
import { type Refusal, refuse } from '../wire/answer.ts';
import type { Token } from '../workspace/model.ts';

/** `missing_scope` when the token has none of them; it asks for the first that a token of its kind can have. */
export function missingScope(token: Token, scopes: readonly string[]): Refusal | undefined {
  const fitting = scopes.filter((scope) => fitsToken(scope, token.kind));
  if (fitting.some((scope) => token.scopes.includes(scope))) return undefined;
  return refuse('missing_scope', { needed: fitting[0] ?? scopes[0], provided: token.scopes.join(',') });
}
