/** Joins the public pages with the install flow and the store. */
import type { Config } from '../config/config.ts';
import type { Hooks } from '../hooks/hooks.ts';
import { createHttpApp, type HttpAppDeps } from '../http/app.ts';
import type { BotPages } from '../http/bot-pages.ts';
import { createClientAddress } from '../http/client-address.ts';
import { type OpenInSlack, openInSlack } from '../http/open-in-slack.ts';
import { createPublicStatus } from '../http/public-status.ts';
import { type Readiness } from '../http/readiness.ts';
import type { HttpEnv } from '../http/server.ts';
import type { BotName } from '../installation/bot-name.ts';
import { createInstallCalls } from '../installation/install-calls.ts';
import { createInstallFlow, type InstallFlow } from '../installation/install-flow.ts';
import type { Logger } from '../observability/logger.ts';
import type { CallSlack } from '../slack/web-api.ts';
import { checkAppId, proveWritable, readAppId } from '../store/identity-repository.ts';
import { summarizeIncident } from '../team/summary-repository.ts';
import type { Clock } from '../time/clock.ts';
import type { Storage } from './create-storage.ts';

export interface PublicAppDeps {
  config: Config;
  /** Of the bot, for the pages. */
  templates: Pick<BotPages, 'dress'>;
  botName: BotName;
  storage: Storage;
  callSlack: CallSlack;
  hooks: Hooks;
  /** Rows were written: act on them at once. */
  wake(): void;
  /** What /readyz says. */
  readonly ready: () => Promise<Readiness>;
  clock: Clock;
  log: Logger;
}

/** The app behind the port. Its links need the address, which is known only after listening when PUBLIC_URL is not set. */
export interface PublicApp {
  app: { fetch(request: Request, env: HttpEnv): Response | Promise<Response> };
  listensAt(url: string): void;
  /** How many installs are half done. */
  readonly installing: number;
  /** Resolves when no install is half done. */
  settled(): Promise<void>;
}

/** Builds the app. Without a client id nobody can register, and the landing page says so. */
export function createPublicApp(deps: PublicAppDeps): PublicApp {
  let app: ReturnType<typeof createHttpApp> | undefined;
  let flow: InstallFlow | undefined;
  return {
    app: { fetch: (request, env) => app?.fetch(request, env) ?? starting() },
    listensAt(url) {
      const publicUrl = deps.config.publicUrl ?? url;
      flow = createFlow(deps, publicUrl);
      app = createHttpApp({
        publicUrl,
        ...shownOf(deps),
        install: flow,
        ready: () => deps.ready(),
        openIn: (teamId) => openIn(deps, teamId),
        clientAddress: createClientAddress(deps.config.trustProxy),
        log: deps.log,
      });
    },
    get installing() {
      return flow?.running ?? 0;
    },
    settled: () => flow?.settled() ?? Promise.resolve(),
  };
}

/** What visitors see of the bot. */
function shownOf({
  config,
  templates,
  botName,
  storage,
  ready,
  clock,
}: PublicAppDeps): Pick<HttpAppDeps, 'bot' | 'templates' | 'status'> {
  const { appDescription: description, appIconUrl: iconUrl, appColor: color, statusPage } = config;
  const isIncident = async () => (await summarizeIncident(storage.reads)) !== null;
  const status = statusPage ? { status: createPublicStatus({ ready, isIncident, clock }) } : {};
  const bot = {
    get name() {
      return botName.current;
    },
    description,
    iconUrl,
    color,
  };
  return { bot, templates, ...status };
}

/** Between listening and knowing the own address: a moment, which a scraper that waits for the port may meet. */
function starting(): Response {
  const reasons = { server: 'the server is starting: ask again in a second' };
  const body = { ready: false, checks: { server: 'starting' }, reasons };
  return Response.json(body, { status: 503, headers: { 'retry-after': '1' } });
}

function createFlow(deps: PublicAppDeps, publicUrl: string): InstallFlow | undefined {
  const { slackClientId: clientId, slackClientSecret: clientSecret, slackOauth: oauth } = deps.config;
  const { slackScopes, slackUserScopes, slackAuthorizeUrl, slackVerdicts } = deps.config;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const { storage, clock, log } = deps;
  return createInstallFlow({
    ...createInstallCalls(deps.callSlack, { clientId, clientSecret, oauth }),
    options: {
      clientId,
      oauth,
      isPkce: deps.config.slackPkce,
      // RTM is for classic apps, which are of one workspace. (https://docs.slack.dev/legacy/legacy-rtm-api)
      takesOrganizations: deps.config.slackTransport !== 'rtm',
      scopes: slackScopes,
      userScopes: slackUserScopes,
      authorizeUrl: slackAuthorizeUrl,
      publicUrl,
      stateKey: storage.vault.deriveKey('oauth-state'),
      verdicts: slackVerdicts,
    },
    installations: {
      find: (key) => storage.installations.find(key),
      async recordInstall(input) {
        // The first app that installs is the one that this database belongs to.
        await checkAppId(storage.store, input.appId);
        return await storage.installations.recordInstall(input);
      },
    },
    botName: deps.botName,
    uses: storage.uses,
    runInstalling: (facts) => deps.hooks.mayInstall(facts),
    // The hooks are told when the row is seen, like those of an import; here the row only has to be seen soon.
    notify: () => deps.wake(),
    checkStore: () => proveWritable(storage.store),
    expectedAppId: () => readAppId(storage.store),
    clock,
    log,
  });
}

/** The install is done: a store that fails now costs the page its button and nothing else. */
async function openIn({ config, storage, log }: PublicAppDeps, teamId: string): Promise<OpenInSlack | undefined> {
  try {
    const appId = await readAppId(storage.store);
    return appId === null ? undefined : openInSlack({ apiUrl: config.slackApiUrl, appId, teamId });
  } catch (error) {
    log.error({ teamId, err: error }, 'app id not read');
    return undefined;
  }
}
