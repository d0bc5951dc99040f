/** `/oauth/authorize`: the page of classic apps, in the first version of Slack's OAuth. */
import { Hono } from 'hono';
import type { ActivityLog } from '../log/activity-log.ts';
import { renderPage } from '../page/layout.ts';
import { findUser, firstPerson } from '../workspace/people.ts';
import type { World } from '../workspace/world.ts';
import { authorizeForm, problemPage } from './authorize-page.ts';
import { type AuthorizeProblem, type AuthorizeRequest, readAuthorizeRequest } from './authorize-request.ts';
import type { OAuthCodes } from './oauth-codes.ts';
import { withParameters } from './redirect-uri.ts';

/** What the routes need. */
export interface OAuthTools {
  world: World;
  codes: OAuthCodes;
  log: ActivityLog;
}

/** The routes below `/oauth`. */
export function oauthRoutes(tools: OAuthTools): Hono {
  const { world, log } = tools;
  const routes = new Hono();
  routes.get('/authorize', (c) => {
    const request = readAuthorizeRequest(world, c.req.query());
    if ('problem' in request) return showProblem(tools, c, request);
    log.add({ kind: 'oauth', app: request.app.id, text: 'page shown' });
    // 'self' alone would stop the redirect after the form: browsers check its target, too.
    const formAction = "'self' http: https:";
    return renderPage(c, { title: 'Allow', body: authorizeForm(request, [...world.teams.values()]), formAction });
  });
  routes.post('/authorize', async (c) => {
    const form = await c.req.parseBody();
    const field = (name: string) => (typeof form[name] === 'string' && form[name] !== '' ? form[name] : undefined);
    const request = readAuthorizeRequest(world, {
      client_id: field('client_id'),
      scope: field('scope'),
      redirect_uri: field('redirect_uri'),
      state: field('state'),
      team: field('team'),
    });
    if ('problem' in request) return showProblem(tools, c, request);
    if (field('decision') !== 'allow') return c.redirect(cancelled(tools, request), 302);
    const allowed = allow(tools, request, field('user'));
    return typeof allowed === 'string' ? c.redirect(allowed, 302) : showProblem(tools, c, allowed);
  });
  return routes;
}

function cancelled({ log }: OAuthTools, { app, redirectUri, state }: AuthorizeRequest): string {
  log.add({ kind: 'oauth', app: app.id, ok: false, error: 'access_denied' });
  return withParameters(redirectUri, { error: 'access_denied', state });
}

/** The address to go back to with a code. */
function allow(
  { codes, log }: OAuthTools,
  request: AuthorizeRequest,
  user: string | undefined,
): string | AuthorizeProblem {
  const { app, team, scopes, sentRedirectUri, redirectUri, state } = request;
  if (!team) return { problem: 'invalid_team', sentence: 'Choose one of the workspaces of this simulator.' };
  const person = user === undefined ? firstPerson(team) : findUser(team, user);
  if (!person) return { problem: 'user_not_found', sentence: 'That person is not in the workspace.' };
  const code = codes.issue({ app, team, userId: person.id, scopes, redirectUri: sentRedirectUri, version: 'v1' });
  log.add({ kind: 'oauth', app: app.id, team: team.id, ok: true, text: `allowed by ${person.name}` });
  return withParameters(redirectUri, { code, state });
}

function showProblem({ log }: OAuthTools, c: Parameters<typeof renderPage>[0], problem: AuthorizeProblem) {
  log.add({ kind: 'oauth', ok: false, error: problem.problem });
  return renderPage(c, { title: 'Not installed', body: problemPage(problem), status: 400 });
}
