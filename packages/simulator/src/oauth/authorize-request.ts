/** Reads and checks what an authorize page is asked for. Every check has a code of Slack's and a sentence for people. */
import type { App, Team } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import { allowedRedirect } from './redirect-uri.ts';

/** The parameters of `/oauth/authorize`, from the query or from the form. */
export interface AuthorizeParameters {
  client_id?: string | undefined;
  scope?: string | undefined;
  redirect_uri?: string | undefined;
  state?: string | undefined;
  team?: string | undefined;
}

/** A request that can be shown to a person. */
export interface AuthorizeRequest {
  readonly app: App;
  readonly scopes: readonly string[];
  /** Where to go back to. */
  readonly redirectUri: string;
  /** As it was sent, because the exchange must send the same. */
  readonly sentRedirectUri: string | undefined;
  readonly state: string | undefined;
  /** The workspace to select at first. */
  readonly team: Team | undefined;
}

/** Why the page cannot be shown. There is no redirect: the address to go back to may be what is wrong. */
export interface AuthorizeProblem {
  readonly problem: string;
  readonly sentence: string;
}

/** The request, or the first thing that is wrong with it. */
export function readAuthorizeRequest(
  world: World,
  parameters: AuthorizeParameters,
): AuthorizeRequest | AuthorizeProblem {
  const app = world.findAppByClientId(parameters.client_id ?? '');
  if (!app) return wrong('invalid_client_id', 'No app in this simulator has that client id.');
  if (app.kind !== 'classic') {
    return wrong(
      'oauth_authorization_url_mismatch',
      'This app has granular permissions: it is installed at /oauth/v2/authorize.',
    );
  }
  const scopes = (parameters.scope ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  if (scopes.length === 0 || !scopes.every((scope) => /^[a-z][\w.:-]{0,79}$/.test(scope))) {
    return wrong('invalid_scope', 'At least one scope is needed, for example bot, and each must look like one.');
  }
  const sentRedirectUri = parameters.redirect_uri || undefined;
  const redirectUri = allowedRedirect(app, sentRedirectUri);
  if (redirectUri === undefined) {
    return wrong('bad_redirect_uri', 'The redirect URI is missing or does not match a redirect URL of the app.');
  }
  const { state, team } = parameters;
  return { app, scopes, redirectUri, sentRedirectUri, state, team: team ? world.findTeam(team) : undefined };
}

function wrong(problem: string, sentence: string): AuthorizeProblem {
  return { problem, sentence };
}
