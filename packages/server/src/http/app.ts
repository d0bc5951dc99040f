/**
 * The public web app: landing page, Slack button, the way to Slack's page and back, health. Knows pages and statuses;
 * what an install does is decided by the flow that is passed in. POST /slack/events and the admin side are not here.
 */
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { InstallFlow } from '../installation/install-flow.ts';
import type { BotPages } from './bot-pages.ts';
import { type ClientAddress, createClientAddress, networkOf } from './client-address.ts';
import { describeInstall, retryAfterSeconds } from './install-notices.ts';
import { landingPage } from './landing-page.ts';
import { metadataIn } from './link-metadata.ts';
import { noticePage } from './notice-page.ts';
import type { OpenInSlack } from './open-in-slack.ts';
import type { PageSite } from './page.ts';
import { answerProblem, problems, wantsJson } from './problem.ts';
import type { PublicStatus } from './public-status.ts';
import type { Readiness } from './readiness.ts';
import { securityHeaders } from './security-headers.ts';
import type { HttpEnv } from './server.ts';
import { createSitePages, type SitePages } from './site-pages.ts';
import { statusPage } from './status-page.ts';

export interface HttpAppDeps {
  /** Where visitors reach this server. Links are built from it, never from a Host header. */
  publicUrl: string;
  bot: {
    /** Read for each page: an install may make it known. */
    readonly name: string;
    description?: string | undefined;
    iconUrl?: string | undefined;
    /** As `#611f69`. */
    color?: string | undefined;
  };
  /** How the bot makes them look. @defaultValue as all of them do */
  templates?: Pick<BotPages, 'dress'>;
  /** How the bot is, for anybody; undefined: nobody is told. */
  status?: () => Promise<PublicStatus>;
  /** Undefined without a client id and secret: nobody can register, and the pages say so. */
  install: Pick<InstallFlow, 'begin' | 'complete' | 'metadataOf'> | undefined;
  ready(): Promise<Readiness>;
  /** Whose request it is. @defaultValue the connection's address */
  clientAddress?: ClientAddress;
  /** Where a team is opened in Slack, for the button after an install; undefined = no button. */
  openIn?: (teamId: string) => Promise<OpenInSlack | undefined>;
  log: { error(facts: object, message: string): void };
}

/** Builds the app; serve it with createHttpServer(), or test it with `app.request()`. */
export function createHttpApp(deps: HttpAppDeps): Hono {
  const { clientAddress = createClientAddress(undefined) } = deps;
  const site: PageSite = {
    get botName() {
      return deps.bot.name;
    },
    botDescription: deps.bot.description,
    iconUrl: deps.bot.iconUrl,
    color: deps.bot.color,
    baseUrl: deps.publicUrl.replace(/\/+$/, ''),
  };
  const pages = createSitePages(site, deps.templates);
  const app = new Hono();
  app.use(securityHeaders({ isSecure: site.baseUrl.startsWith('https:') }));
  const addressOf = ({ env, req }: Context) =>
    networkOf(clientAddress((env as Partial<HttpEnv>)?.incoming?.socket.remoteAddress, req.header('x-forwarded-for')));

  app.get('/', (context) => {
    const carried = metadataIn(context.req.url);
    if ('problem' in carried) return answerProblem(context, pages, carried.problem);
    return pages.answer(context, landingPage(site, { canInstall: deps.install !== undefined, ...carried }), 200);
  });

  app.get('/slack/install', async (context) => {
    if (!deps.install) return await answerProblem(context, pages, problems.not_installable);
    const carried = metadataIn(context.req.url);
    if ('problem' in carried) return await answerProblem(context, pages, carried.problem);
    const { url, setCookie } = deps.install.begin({
      cookie: context.req.header('cookie'),
      team: context.req.query('team'),
      ...carried,
    });
    context.header('set-cookie', setCookie);
    return context.redirect(url, 302);
  });

  app.get('/slack/oauth_redirect', async (context) => {
    // Mail scanners and link previews send HEAD; a code is spent only for a person who is there to see the page.
    if (context.req.method === 'HEAD') return context.html('');
    if (!deps.install) return await answerProblem(context, pages, problems.not_installable);
    const result = await deps.install.complete({
      cookie: context.req.header('cookie'),
      query: context.req.query(),
      address: addressOf(context),
    });
    if (result.kind === 'too_many') {
      const seconds = String(retryAfterSeconds(result.retryAfterMs));
      // The page opens itself again: neither the code nor the state was used.
      for (const name of ['retry-after', 'refresh']) context.header(name, seconds);
    }
    const open = 'teamId' in result ? await deps.openIn?.(result.teamId) : undefined;
    const { httpStatus, ...notice } = describeInstall(result, { botName: site.botName, open });
    const metadata = deps.install.metadataOf(context.req.query('state'));
    const teamId = notice.tone === 'done' && 'teamId' in result ? result.teamId : undefined;
    const kind = result.kind === 'code_missing' ? 'waiting' : undefined;
    const page = noticePage(site, notice, { metadata, teamId, ...(kind && { kind }) });
    return await pages.answer(context, page, httpStatus);
  });

  app.get('/healthz', (context) => context.json({ ok: true }));

  app.get('/readyz', async (context) => {
    const { ready, checks, reasons } = await readiness(deps);
    return context.json({ ready, checks, ...(reasons && { reasons }) }, ready ? 200 : 503);
  });

  if (deps.status) addStatus(app, pages, deps.status);
  for (const path of ['/', '/slack/install', '/slack/oauth_redirect', '/healthz', '/readyz']) {
    app.all(path, (context) => methodNotAllowed(context, pages));
  }
  app.notFound((context) => answerProblem(context, pages, problems.not_found));
  app.onError((error, context) => {
    // The path alone: the query of a redirect holds the code.
    deps.log.error({ err: error, method: context.req.method, path: context.req.path }, 'request failed');
    return answerProblem(context, pages, problems.unexpected);
  });
  return app;
}

/** A page that looks again each minute, or JSON for a program. */
function addStatus(app: Hono, pages: SitePages, status: () => Promise<PublicStatus>): void {
  app.get('/status', async (context) => {
    const now = await status();
    const httpStatus = now.state === 'down' ? 503 : 200;
    if (wantsJson(context)) return context.json(now, httpStatus);
    context.header('refresh', '60');
    return await pages.answer(context, statusPage(pages.site, now), httpStatus);
  });
  app.all('/status', (context) => methodNotAllowed(context, pages));
}

function methodNotAllowed(context: Context, pages: SitePages): Promise<Response> {
  context.header('allow', 'GET, HEAD');
  return answerProblem(context, pages, problems.method_not_allowed);
}

async function readiness(deps: HttpAppDeps): Promise<Readiness> {
  try {
    return await deps.ready();
  } catch (error) {
    deps.log.error({ err: error }, 'readiness check failed');
    return { ready: false, checks: { server: 'check failed' } };
  }
}
