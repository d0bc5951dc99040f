/** What a scope may look like, and which ones an organization does not take. Umbrella scopes such as `bot` are of OAuth v1. */

/** Scopes without a colon. The others have the form `object:verb` or `object.part:verb`. */
const PLAIN_SCOPES: ReadonlySet<string> = new Set([
  'admin',
  'commands',
  'email',
  'identify',
  'identity.avatar',
  'identity.basic',
  'identity.email',
  'identity.team',
  'incoming-webhook',
  'openid',
  'profile',
  'tokens.basic',
]);

/** A list as apps send it: by comma, and in old code by space. */
export function splitScopes(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(/[\s,]+/).filter((scope) => scope !== ''))];
}

/** Whether OAuth v2 would know the scope. The simulator knows their form, not their list. */
export function isGranularScope(scope: string): boolean {
  return PLAIN_SCOPES.has(scope) || /^[a-z][a-z_.]{0,60}(:[a-z][a-z_.]{0,40}){1,2}$/.test(scope);
}

/** Scopes of one kind of token, as the page of each scope says. (https://docs.slack.dev/reference/scopes) */
const ONLY_FOR: ReadonlyMap<string, 'bot' | 'user'> = new Map([
  ['app_mentions:read', 'bot'],
  ['channels:join', 'bot'],
  ['channels:manage', 'bot'],
  ['channels:write', 'user'],
  ['dnd:write', 'user'],
  ['email', 'user'],
  ['identity.avatar', 'user'],
  ['identity.basic', 'user'],
  ['identity.email', 'user'],
  ['identity.team', 'user'],
  ['openid', 'user'],
  ['profile', 'user'],
  ['reminders:read', 'user'],
  ['reminders:write', 'user'],
  ['search:read', 'user'],
  ['stars:read', 'user'],
  ['stars:write', 'user'],
  ['users.profile:write', 'user'],
]);

/** Whether a token of that kind can have the scope. */
export function fitsToken(scope: string, kind: 'bot' | 'user' | 'app'): boolean {
  return (ONLY_FOR.get(scope) ?? kind) === kind;
}

/** A webhook has one channel of one workspace, and an identity one workspace: neither fits an organization. */
export function isScopeForOrgs(scope: string): boolean {
  return scope !== 'incoming-webhook' && !scope.startsWith('identity.');
}
