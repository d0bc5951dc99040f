/** Reads and checks what the second version of the authorize page is asked for. Every check has a code of Slack's. */
import type { App, Enterprise, Team } from '../workspace/model.ts';
import { findUser, firstPerson } from '../workspace/people.ts';
import type { World } from '../workspace/world.ts';
import type { AuthorizeProblem } from './authorize-request.ts';
import type { OAuthVersion } from './oauth-codes.ts';
import { isChallenge } from './pkce.ts';
import { allowedRedirect } from './redirect-uri.ts';
import { fitsToken, isGranularScope, isScopeForOrgs, splitScopes } from './scopes.ts';

/** The parameters by name, from the query or from the form. */
export type AuthorizeV2Parameters = Readonly<Record<string, string | undefined>>;

/** A request that can be shown to a person. */
export interface AuthorizeV2Request {
  readonly version: Exclude<OAuthVersion, 'v1'>;
  readonly app: App;
  readonly scopes: readonly string[];
  readonly userScopes: readonly string[];
  readonly redirectUri: string;
  /** As it was sent, because the exchange must send the same. */
  readonly sentRedirectUri: string | undefined;
  readonly state: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly nonce: string | undefined;
  /** To select at first. */
  readonly team: Team | undefined;
  /** Who allows, by id or name; nobody: the first person. */
  readonly user: string | undefined;
}

/** Where the app is installed, and by whom. */
export interface InstallPlace {
  readonly team: Team | undefined;
  readonly enterprise: Enterprise | undefined;
  readonly userId: string;
  readonly userName: string;
}

/** The request, or the first thing that is wrong with it. */
export function readAuthorizeV2Request(
  world: World,
  version: AuthorizeV2Request['version'],
  parameters: AuthorizeV2Parameters,
): AuthorizeV2Request | AuthorizeProblem {
  const app = world.findAppByClientId(parameters.client_id ?? '');
  if (!app) return wrong('invalid_client_id', 'No app in this simulator has that client id.');
  if (app.kind !== 'granular') {
    return wrong('oauth_authorization_url_mismatch', 'This is a classic app: it is installed at /oauth/authorize.');
  }
  const isUserOnly = version !== 'v2';
  const scopes = isUserOnly ? [] : splitScopes(parameters.scope);
  const userScopes = splitScopes(isUserOnly ? (parameters.scope ?? parameters.user_scope) : parameters.user_scope);
  const wrongScope =
    scopeProblem(app, [...scopes, ...userScopes]) ??
    kindProblem(scopes, userScopes) ??
    (version === 'openid' ? signInProblem(userScopes, parameters) : undefined);
  if (wrongScope) return wrongScope;
  const sentRedirectUri = parameters.redirect_uri || undefined;
  const redirectUri = allowedRedirect(app, sentRedirectUri);
  if (redirectUri === undefined) {
    return wrong('bad_redirect_uri', 'The redirect URI is missing or does not match a redirect URL of the app.');
  }
  const wrongChallenge = challengeProblem(app, parameters);
  if (wrongChallenge) return wrongChallenge;
  const team = parameters.team ? world.findTeam(parameters.team) : undefined;
  if (team && !isOpenTo(world, app, team)) return notDistributed(app);
  const { state, user, nonce, code_challenge: codeChallenge } = parameters;
  return { version, app, scopes, userScopes, redirectUri, sentRedirectUri, state, codeChallenge, nonce, team, user };
}

/** Whether the app may be installed there: without distribution only at home. */
export function isOpenTo(world: World, app: App, team: Team): boolean {
  if (app.isDistributed) return true;
  return team === homeOf(world, app);
}

/** The workspace where the app was made. */
export function homeOf(world: World, { homeTeam }: App): Team | undefined {
  return homeTeam === undefined ? world.teams.values().next().value : world.findTeam(homeTeam);
}

/** The workspace or organization that the person chose. */
export function installTarget(
  world: World,
  request: AuthorizeV2Request,
  chosen: string | undefined,
): InstallPlace | AuthorizeProblem {
  const enterprise = chosen === undefined || !request.app.isOrgWide ? undefined : world.findEnterprise(chosen);
  if (enterprise) return orgPlace(world, request, enterprise);
  const team = chosen === undefined ? request.team : world.findTeam(chosen);
  if (!team) return wrong('invalid_team', 'Choose one of the workspaces of this simulator.');
  if (!isOpenTo(world, request.app, team)) return notDistributed(request.app);
  const person = request.user === undefined ? firstPerson(team) : findUser(team, request.user);
  if (!person) return wrong('user_not_found', 'That person is not in the workspace.');
  return { team, enterprise: undefined, userId: person.id, userName: person.name };
}

function orgPlace(world: World, request: AuthorizeV2Request, enterprise: Enterprise): InstallPlace | AuthorizeProblem {
  const misfit = [...request.scopes, ...request.userScopes].find((scope) => !isScopeForOrgs(scope));
  if (misfit !== undefined) {
    return wrong('scope_not_allowed_on_enterprise', `An organization cannot grant ${misfit}.`);
  }
  for (const team of world.teams.values()) {
    const person = team.enterprise === enterprise ? firstPerson(team) : undefined;
    if (person) return { team: undefined, enterprise, userId: person.id, userName: person.name };
  }
  return wrong('user_not_found', 'Nobody is in that organization.');
}

function scopeProblem(app: App, scopes: readonly string[]): AuthorizeProblem | undefined {
  const unknown = scopes.find((scope) => !isGranularScope(scope));
  if (unknown !== undefined) return wrong('invalid_scope', `There is no scope ${unknown} in this version of OAuth.`);
  if (scopes.length === 0) return wrong('invalid_scope', 'At least one scope is needed, for example chat:write.');
  const unapproved = scopes.find((scope) => app.approvedScopes && !app.approvedScopes.includes(scope));
  return unapproved === undefined
    ? undefined
    : wrong('unapproved_scope', `The app was not approved to ask for ${unapproved}.`);
}

/** What only people may grant is not for the bot, and the other way round. */
function kindProblem(scopes: readonly string[], userScopes: readonly string[]): AuthorizeProblem | undefined {
  const misfit =
    scopes.find((scope) => !fitsToken(scope, 'bot')) ?? userScopes.find((scope) => !fitsToken(scope, 'user'));
  return misfit === undefined
    ? undefined
    : wrong('invalid_scope', `${misfit} is a scope of the other kind of token: ask for it by scope or user_scope.`);
}

const SIGN_IN_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email']);

/** (https://docs.slack.dev/authentication/sign-in-with-slack; the codes are guesses) */
function signInProblem(
  scopes: readonly string[],
  { response_type: responseType }: AuthorizeV2Parameters,
): AuthorizeProblem | undefined {
  const other = scopes.find((scope) => !SIGN_IN_SCOPES.has(scope));
  if (other !== undefined) return wrong('invalid_scope', `Whoever signs in cannot grant ${other}.`);
  if (!scopes.includes('openid')) return wrong('invalid_scope', 'The scope openid is needed to sign in.');
  if (responseType === undefined || responseType === 'code') return undefined;
  return wrong('unsupported_response_type', 'The only response_type is code.');
}

function challengeProblem(
  app: App,
  { code_challenge: challenge, code_challenge_method: method }: AuthorizeV2Parameters,
): AuthorizeProblem | undefined {
  if (challenge === undefined) return undefined;
  if (!app.isPkceOn) return wrong('pkce_not_allowed', 'PKCE is not switched on in the settings of this app.');
  if (method === 'S256' && isChallenge(challenge)) return undefined;
  return wrong('invalid_code_challenge', 'The challenge must be an S256 one: base64url of SHA-256, without padding.');
}

function notDistributed(app: App): AuthorizeProblem {
  return wrong(
    'invalid_team_for_non_distributed_app',
    `${app.name} is not distributed: it can only be installed in the workspace where it was made.`,
  );
}

function wrong(problem: string, sentence: string): AuthorizeProblem {
  return { problem, sentence };
}
