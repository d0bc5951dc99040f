/** `/oauth/v2/authorize` and `/oauth/v2_user/authorize`: the pages of granular apps, in the second version of Slack's OAuth. */
import { type Context, Hono } from 'hono';
import { renderPage } from '../page/layout.ts';
import { findChannel } from '../workspace/channels.ts';
import type { World } from '../workspace/world.ts';
import { problemPage } from './authorize-page.ts';
import type { AuthorizeProblem } from './authorize-request.ts';
import { authorizeV2Form, type Choices, pendingPage } from './authorize-v2-page.ts';
import {
  type AuthorizeV2Request,
  type InstallPlace,
  installTarget,
  isOpenTo,
  readAuthorizeV2Request,
} from './authorize-v2-request.ts';
import type { OAuthTools } from './oauth-routes.ts';
import { withParameters } from './redirect-uri.ts';

/** What the person sent: hidden fields, choices, and the optional scopes that are still ticked. */
interface Decision {
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly optional: ReadonlySet<string>;
}

/** The routes below `/oauth`. */
export function oauthV2Routes(tools: OAuthTools): Hono {
  const routes = new Hono();
  addAuthorizePage(routes, tools, { path: '/v2/authorize', version: 'v2' });
  addAuthorizePage(routes, tools, { path: '/v2_user/authorize', version: 'v2_user' });
  return routes;
}

/** The page of an authorization, and what its form leads to. */
export function addAuthorizePage(
  routes: Hono,
  tools: OAuthTools,
  { path, version }: { path: string; version: AuthorizeV2Request['version'] },
): void {
  routes.get(path, (c) => {
    const request = readAuthorizeV2Request(tools.world, version, c.req.query());
    return 'problem' in request ? showProblem(tools, c, request) : showForm(tools, c, request);
  });
  routes.post(path, async (c) => {
    const decision = await readDecision(c);
    const request = readAuthorizeV2Request(tools.world, version, { ...decision.fields, team: undefined });
    return 'problem' in request ? showProblem(tools, c, request) : decide(tools, c, { request, decision });
  });
}

function showForm({ world, log }: OAuthTools, c: Context, request: AuthorizeV2Request) {
  log.add({ kind: 'oauth', app: request.app.id, text: 'page shown' });
  const body = authorizeV2Form(request, choicesOf(world, request));
  // 'self' alone would stop the redirect after the form: browsers check its target, too.
  return renderPage(c, { title: 'Allow', body, formAction: "'self' http: https:" });
}

function choicesOf(world: World, { app, team }: AuthorizeV2Request): Choices {
  const teams = [...world.teams.values()].filter((one) => isOpenTo(world, app, one));
  return {
    teams,
    enterprises: app.isOrgWide ? [...world.enterprises.values()] : [],
    channels: [...((team ?? teams[0])?.channels.values() ?? [])].filter(({ kind }) => kind === 'channel'),
  };
}

async function readDecision(c: Context): Promise<Decision> {
  const form = await c.req.parseBody({ all: true });
  const texts = (value: unknown) => [value].flat().filter((one) => typeof one === 'string');
  const optional = new Set([...texts(form.optional_bot), ...texts(form.optional_user)]);
  const fields: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(form)) fields[name] = texts(value).find((text) => text !== '');
  return { fields, optional };
}

function decide(
  tools: OAuthTools,
  c: Context,
  { request, decision }: { request: AuthorizeV2Request; decision: Decision },
) {
  const { world, log } = tools;
  const { app, redirectUri, state } = request;
  const answer = decision.fields.decision;
  if (answer !== 'allow' && answer !== 'request') {
    log.add({ kind: 'oauth', app: app.id, ok: false, error: 'access_denied' });
    return c.redirect(withParameters(redirectUri, { error: 'access_denied', state }), 302);
  }
  const target = installTarget(world, request, decision.fields.team);
  if ('problem' in target) return showProblem(tools, c, target);
  if (answer === 'request') {
    log.add({ kind: 'oauth', app: app.id, team: target.team?.id, ok: true, text: 'waiting for approval' });
    const where = target.team?.name ?? target.enterprise?.name ?? '';
    return renderPage(c, { title: 'Waiting for approval', body: pendingPage(request, where) });
  }
  const code = issueCode(tools, { request, place: target, decision });
  return typeof code === 'string'
    ? c.redirect(withParameters(redirectUri, { code, state }), 302)
    : showProblem(tools, c, code);
}

function issueCode(
  { codes, log }: OAuthTools,
  { request, place, decision }: { request: AuthorizeV2Request; place: InstallPlace; decision: Decision },
): string | AuthorizeProblem {
  const { app, version, sentRedirectUri, codeChallenge, nonce } = request;
  const { team, enterprise, userId, userName } = place;
  const isGranted = (scope: string) => !app.optionalScopes.includes(scope) || decision.optional.has(scope);
  const scopes = request.scopes.filter(isGranted);
  const userScopes = request.userScopes.filter(isGranted);
  const webhook = scopes.includes('incoming-webhook') && team;
  const channel = webhook ? findChannel(team, decision.fields.channel ?? 'general') : undefined;
  if (webhook && !channel) return { problem: 'channel_not_found', sentence: 'Choose a channel for the webhook.' };
  const code = codes.issue({
    app,
    team,
    enterprise,
    userId,
    scopes,
    userScopes,
    redirectUri: sentRedirectUri,
    codeChallenge,
    nonce,
    webhookChannelId: channel?.id,
    version,
  });
  log.add({ kind: 'oauth', app: app.id, team: team?.id, ok: true, text: `allowed by ${userName}` });
  return code;
}

function showProblem({ log }: OAuthTools, c: Context, problem: AuthorizeProblem) {
  log.add({ kind: 'oauth', ok: false, error: problem.problem });
  return renderPage(c, { title: 'Not installed', body: problemPage(problem), status: 400 });
}
