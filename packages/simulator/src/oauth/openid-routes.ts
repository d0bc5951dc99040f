/** `/openid/connect/*`: the page on which people sign in, and what a client of OpenID Connect looks up. */
import { Hono } from 'hono';
import { addAuthorizePage } from './authorize-v2-routes.ts';
import { ISSUER, keySet } from './id-token.ts';
import type { OAuthTools } from './oauth-routes.ts';

/** The routes at the root. */
export function openIdRoutes(tools: OAuthTools & { url: () => string }): Hono {
  const routes = new Hono();
  addAuthorizePage(routes, tools, { path: '/openid/connect/authorize', version: 'openid' });
  routes.get('/openid/connect/keys', (c) => c.json(keySet()));
  routes.get('/.well-known/openid-configuration', (c) => c.json(configuration(tools.url())));
  return routes;
}

/** (https://slack.com/.well-known/openid-configuration, as the page "Sign in with Slack" describes it) */
function configuration(url: string) {
  return {
    issuer: ISSUER,
    authorization_endpoint: `${url}/openid/connect/authorize`,
    token_endpoint: `${url}/api/openid.connect.token`,
    userinfo_endpoint: `${url}/api/openid.connect.userInfo`,
    jwks_uri: `${url}/openid/connect/keys`,
    scopes_supported: ['openid', 'profile', 'email'],
    response_types_supported: ['code'],
    response_modes_supported: ['form_post'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'auth_time', 'iss'],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: true,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  };
}
