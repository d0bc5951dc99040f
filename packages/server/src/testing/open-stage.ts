/** openStage: a simulated Slack with a bot in it, ready to be spoken to. */
import type { AppSeed, SimulatorOptions, TeamSeed } from 'slack-simulator';
import type { BotFile, ServerOptions } from '../bot-server.ts';
import { devAppOf } from './dev-app.ts';
import { Stage } from './stage.ts';

/** What a stage can be told; nothing is needed. */
export interface StageOptions {
  /** What the bot file exports as default. @defaultValue a bot that listens to nothing */
  bot?: BotFile;
  /** How the server hears of events. @defaultValue 'http' */
  transport?: 'http' | 'socket' | 'rtm';
  /** The workspaces, by name or with people and channels. @defaultValue one, Acme, with ann, bob, #general and #random */
  teams?: readonly (TeamSeed | string)[];
  /** Where the bot is added before the stage opens. @defaultValue everywhere; `[]` for tests of the first visit */
  installIn?: readonly string[];
  /** What the Slack app is like. @defaultValue it has the scopes and subscriptions that most bots need */
  app?: AppSeed;
  /** Settings of the server: those of its environment by their option names, and what only code can give. */
  server?: ServerOptions;
  /** When the story begins, in milliseconds since 1970: where times are seen, as in pictures. @defaultValue now */
  startMs?: number;
  /** Settings of the simulated Slack. */
  simulator?: Omit<SimulatorOptions, 'app' | 'clock' | 'teams' | 'port' | 'host'>;
}

const stageDefaults = { transport: 'http', teams: ['Acme'] } as const satisfies StageOptions;

/**
 * Opens a stage: a simulated Slack, a server with a database of its own, the bot, and the workspaces that have added it. Their time
 * stands still, and passes while something is waited for. Close it: `await using`, or `await stage.close()`.
 * @throws BotServerError `simulator_missing` without the package slack-simulator; what setting up the bot throws
 * @example
 * await using stage = await openStage({ bot });
 * const ann = stage.person('ann');
 * await ann.says('hi');
 * await ann.sees(/^Hi/);
 */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { bot, transport, server = {}, simulator = {}, startMs } = { ...stageDefaults, ...options };
  const teams = (options.teams ?? stageDefaults.teams).map((team) =>
    typeof team === 'string' ? { name: team } : team,
  );
  const stage = await Stage.set({ ...simulator, startMs, teams, app: { ...devAppOf(transport), ...options.app } });
  try {
    const [app] = await stage.slack.apps();
    await stage.serve({
      slackTransport: transport,
      // The page behind the button follows from the address of the API and the kind of app.
      slackAuthorizeUrl: undefined,
      slackScopes: [...(app?.botScopes ?? [])],
      slackSigningSecret: app?.signingSecret,
      slackAppToken: app?.appLevelToken,
      adminToken: stage.adminToken,
      ...server,
      ...(bot && { setUp: bot }),
    });
    for (const team of options.installIn ?? teams.map(({ name }) => name)) await stage.team(team).installs();
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}
