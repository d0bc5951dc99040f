/**
 * The command line: which command, which options. Commands of operations are named and described by them; what a command prints is in
 * its own file.
 */
import { Argument, Command, Option } from 'commander';
import { BotServerError } from '../errors.ts';
import { standardOutput } from '../observability/standard-output.ts';
import { moveApp } from '../operations/app/move-app.ts';
import { drainNode } from '../operations/cluster/drain-node.ts';
import { showCluster } from '../operations/cluster/show-cluster.ts';
import { listConnections } from '../operations/connections/list-connections.ts';
import { discardEvents } from '../operations/events/discard-events.ts';
import { EVENT_QUERY_HELP } from '../operations/events/event-query.ts';
import { groupEvents } from '../operations/events/group-events.ts';
import { listEvents } from '../operations/events/list-events.ts';
import { replayEvents } from '../operations/events/replay-events.ts';
import { showEvent } from '../operations/events/show-event.ts';
import { showHistory } from '../operations/history/show-history.ts';
import { askInIncident } from '../operations/incident/ask-in-incident.ts';
import { deactivateIncident } from '../operations/incident/deactivate-incident.ts';
import { showIncident } from '../operations/incident/show-incident.ts';
import { waitInIncident } from '../operations/incident/wait-in-incident.ts';
import { rotateKeys } from '../operations/keys/rotate-keys.ts';
import { showLimits } from '../operations/limits/show-limits.ts';
import { showStatus } from '../operations/status/show-status.ts';
import { countTeams } from '../operations/teams/count-teams.ts';
import { deactivateTeam } from '../operations/teams/deactivate-team.ts';
import { exchangeTokens } from '../operations/teams/exchange-tokens.ts';
import { exportTeam } from '../operations/teams/export-team.ts';
import { importFormat } from '../operations/teams/import-formats/import-format.ts';
import { importTeams } from '../operations/teams/import-teams.ts';
import { listTeams } from '../operations/teams/list-teams.ts';
import { probeTeam } from '../operations/teams/probe-team.ts';
import { purgeTeam } from '../operations/teams/purge-team.ts';
import { reactivateTeam } from '../operations/teams/reactivate-team.ts';
import { removeTeam } from '../operations/teams/remove-team.ts';
import { restartTeam } from '../operations/teams/restart-team.ts';
import { showTeam } from '../operations/teams/show-team.ts';
import { TEAM_QUERY_HELP } from '../operations/teams/team-query.ts';
import { teamTimeline } from '../operations/teams/team-timeline.ts';
import { appMove } from './app-command.ts';
import { clusterDrain, clusterShow } from './cluster-command.ts';
import { printCompletion, type Shell, shells } from './completion-command.ts';
import type { DevOptions } from './dev/dev-command.ts';
import { eventsDiscard, eventsGroups, eventsList, eventsReplay, eventsShow } from './events-command.ts';
import { incidentAsk, incidentDeactivate, incidentShow, incidentWait } from './incident-command.ts';
import type { InitOptions } from './init/init-command.ts';
import { templates } from './init/templates.ts';
import { keysRotate } from './keys-command.ts';
import { commandOf, numberOption, ofOperations, wholeNumber } from './operation-command.ts';
import { addOperatorCommands } from './operator-commands.ts';
import { useServer } from './run-operation.ts';
import type { StartOptions } from './start-command.ts';
import { connectionsList, historyShow, limitsShow, statusShow } from './status-command.ts';
import { storeCopy } from './store-command.ts';
import {
  teamsCount,
  teamsDeactivate,
  teamsList,
  teamsProbe,
  teamsPurge,
  teamsReactivate,
  teamsRemove,
  teamsRestart,
  teamsShow,
  teamsTimeline,
} from './teams-command.ts';
import { teamsExchange } from './teams-exchange.ts';
import { teamsExport } from './teams-export.ts';
import { teamsImport } from './teams-import.ts';

// Commands that run a server are loaded when called: Bolt and the web framework would double the time of all others.
export const program = new Command('slack-bot-server')
  .description('Keeps one Slack bot alive in every workspace that installed it. Settings come from the environment.')
  .option('--server <url>', 'ask a running server at this address, with ADMIN_TOKEN, in place of the database')
  .configureHelp({ showGlobalOptions: true })
  // As all that is printed: what cannot be written is told, and no failure of a server.
  .configureOutput({ writeOut: (text) => standardOutput.print(text) })
  .exitOverride()
  .showHelpAfterError('(see slack-bot-server --help)')
  .hook('preAction', (_program, command) => {
    const { server } = program.opts<{ server?: string }>();
    if (server === undefined) return;
    if (!ofOperations.has(command))
      throw new BotServerError('usage', `${command.name()} takes no --server: it is about this machine`);
    useServer(server);
  });

program
  .command('start')
  .argument('[bot]', 'the bot file, for example bot.ts; without one teams are only kept connected')
  .description('run the server')
  .option('--new', 'begin with an empty database, although its key file shows that there was one')
  .addOption(new Option('--test-clock <startMs>').argParser(wholeNumber).hideHelp())
  .action(async (bot: string | undefined, options: StartOptions) => {
    await (await import('./start-command.ts')).start(bot, options);
  });

program
  .command('init')
  .argument('[dir]', 'its folder', '.')
  .option('--yes', 'ask nothing')
  .addOption(new Option('--template <name>', 'what the bot begins with').choices(templates))
  .description('make a new bot with its first test; overwrites nothing')
  .action(async (dir: string, options: InitOptions) => {
    await (await import('./init/init-command.ts')).init(dir, options);
  });

program
  .command('dev')
  .argument('[bot]', 'the bot file, for example bot.ts')
  .option('--teams <n>', 'how many simulated workspaces', wholeNumber, 3)
  .option('--simulator-port <port>', 'port of the simulator', wholeNumber, 4_400)
  .addOption(
    new Option('--transport <how>', 'how events arrive, in place of SLACK_TRANSPORT').choices([
      'http',
      'socket',
      'rtm',
    ]),
  )
  .option('--open', 'open the page to begin with in a browser')
  .description('run a simulated Slack, the server and the bot on this machine; reload the bot when its files change')
  .action(async (bot: string | undefined, options: DevOptions) => {
    await (await import('./dev/dev-command.ts')).runDev(bot, options);
  });

// What `dev` runs in another process.
program.command('dev-bot', { hidden: true }).action(async () => {
  await (await import('./dev/dev-bot.ts')).runDevBot();
});

program
  .command('open')
  .argument('[address]', 'of the server, for example https://bot.example.com; by default that of the settings')
  .description('open the dashboard in a browser')
  .action(async (address: string | undefined) => {
    (await import('./open-command.ts')).openDashboard(address);
  });

const status = program.command('status').description('the state of servers, teams and events at a glance');
commandOf(status, showStatus, { isDefault: true }).action(statusShow);

const connections = program.command('connections').description('which team is connected where (transport rtm)');
takesQuery(commandOf(connections, listConnections, { isDefault: true }), TEAM_QUERY_HELP)
  .addOption(numberOption('--limit <n>', 'connections at most, 1 to 500', listConnections.input.shape.limit))
  .option('--cursor <cursor>', 'go on behind an earlier page')
  .action(connectionsList);

const history = program.command('history').description('what the servers did in the last hours');
commandOf(history, showHistory, { isDefault: true })
  .addOption(numberOption('--hours <number>', 'how far back, at most 24', showHistory.input.shape.hours))
  .action(historyShow);

const limits = program.command('limits').description('which methods Slack limits, and for how long');
commandOf(limits, showLimits, { isDefault: true })
  .option('--team <team>', 'only of this team')
  .option('--paused', 'only what must still wait')
  .addOption(numberOption('--limit <n>', 'rows at most, 1 to 500', showLimits.input.shape.limit))
  .option('--cursor <cursor>', 'go on behind an earlier page')
  .action(limitsShow);

const teams = program.command('teams').description('list, show and change teams');
takesQuery(commandOf(teams, listTeams), TEAM_QUERY_HELP).action(teamsList);
takesQuery(commandOf(teams, countTeams), TEAM_QUERY_HELP).action(teamsCount);
commandOf(teams, showTeam).argument('<team>').action(teamsShow);
commandOf(teams, teamTimeline)
  .argument('<team>')
  .option('--kinds <kinds>', 'only these, with commas, for example gap,verdict')
  .addOption(numberOption('--limit <n>', 'entries at most, 1 to 200', teamTimeline.input.shape.limit))
  .option('--cursor <cursor>', 'go on behind an earlier page')
  .action(teamsTimeline);
commandOf(teams, deactivateTeam).argument('<team>').action(teamsDeactivate);
commandOf(teams, reactivateTeam).argument('<team>').action(teamsReactivate);
commandOf(teams, restartTeam).argument('<team>').action(teamsRestart);
commandOf(teams, probeTeam).argument('<team>').action(teamsProbe);
commandOf(teams, exportTeam)
  .argument('<team>')
  .option('--to <file>', 'write into this new file, which only you can read')
  .option('--tokens', 'with its tokens, as lines for `teams import`; needs --to')
  .action(teamsExport);
commandOf(teams, removeTeam).argument('<team>').option('--yes', 'do not ask').action(teamsRemove);
commandOf(teams, purgeTeam).argument('<team>').action(teamsPurge);
commandOf(teams, exchangeTokens)
  .argument('[team]')
  .option('--all', 'the tokens of all active teams')
  .addOption(
    numberOption('--per-minute <n>', 'tokens per minute at most, 1 to 6000', exchangeTokens.input.shape.perMinute),
  )
  .action(teamsExchange);
commandOf(teams, importTeams)
  .argument(
    '<file>',
    'teams of this server or of other programs: NDJSON, CSV or a folder, see docs/importing.md; - is standard input',
  )
  .option('--force', 'also where the stored tokens rotate and are newer: those are lost then')
  .addOption(
    new Option('--format <program>', 'which program wrote it; by default the first line shows it').choices(
      importFormat.options,
    ),
  )
  .option('--dry-run', 'only report what would become of each line')
  .action(teamsImport);

addOperatorCommands(program);

const incident = program
  .command('incident')
  .description('many teams failed at once: show the held ones, and decide')
  .addHelpText('after', '\nWhat each decision leads to: docs/incidents.md');
commandOf(incident, showIncident, { isDefault: true }).action(incidentShow);
commandOf(incident, askInIncident).action(incidentAsk);
commandOf(incident, deactivateIncident).action(incidentDeactivate);
commandOf(incident, waitInIncident).action(incidentWait);

const events = program.command('events').description('list stored events, replay or discard failed ones');
takesQuery(commandOf(events, listEvents), EVENT_QUERY_HELP)
  .addOption(numberOption('--limit <n>', 'events at most, 1 to 1000', listEvents.input.shape.limit))
  .action(eventsList);
takesQuery(commandOf(events, groupEvents), EVENT_QUERY_HELP)
  .addOption(numberOption('--limit <n>', 'groups at most, 1 to 500', groupEvents.input.shape.limit))
  .action(eventsGroups);
commandOf(events, showEvent).argument('<event>', 'its id: Ev…').action(eventsShow);
picksEvents(commandOf(events, replayEvents)).action(eventsReplay);
picksEvents(commandOf(events, discardEvents)).action(eventsDiscard);

const app = program.command('app').description('which Slack app the database belongs to');
commandOf(app, moveApp)
  .argument('<old>', 'the app id until now: A…')
  .argument('<new>', 'the app id of the new app')
  .action(appMove);

const keys = program.command('keys').description('the keys that seal tokens in the database');
commandOf(keys, rotateKeys).action(keysRotate);

const cluster = program.command('cluster').description('the servers that share a PostgreSQL database');
commandOf(cluster, showCluster, { isDefault: true }).action(clusterShow);
commandOf(cluster, drainNode).argument('<node>').action(clusterDrain);

const store = program.command('store').description('the database itself');
store
  .command('copy')
  .description(
    'copy everything from one database to another, between SQLite and PostgreSQL too; goes on where it was cut off',
  )
  .requiredOption('--from <database>', 'the database that is read, as in DATABASE_URL; no server may use it')
  .requiredOption('--to <database>', 'the database that is filled: an empty one, or the half of an earlier copy')
  .option('--json', 'print JSON')
  .action(storeCopy);

program
  .command('migrate')
  .option('--json', 'print JSON')
  .description('bring the database to the schema of this version, as the next start would')
  .action(async (options: { json?: boolean }) => {
    await (await import('./migrate-command.ts')).migrate(options);
  });

program
  .command('completion')
  .addArgument(new Argument('<shell>').choices(shells))
  .description('print a script that completes commands and options: source <(slack-bot-server completion bash)')
  .action((shell: Shell) => printCompletion(program, shell));

program
  .command('backup')
  .argument('<file>', 'the file to write; it must not exist')
  .option('--json', 'print JSON')
  .description('copy the SQLite database as it is at this moment, also while a server runs')
  .action(async (file: string, options: { json?: boolean }) => {
    await (await import('./backup-command.ts')).backUp(file, options);
  });

program
  .command('restore')
  .argument('<file>', 'what backup wrote')
  .option('--json', 'print JSON')
  .description('put a backup in the place of the SQLite database, which is kept under another name; no server may run')
  .action(async (file: string, options: { json?: boolean }) => {
    await (await import('./backup-command.ts')).restore(file, options);
  });

program
  .command('doctor')
  .argument('[bot]', 'the bot file, for its scopes')
  .description('check settings, database, disk, clock, Slack and request URL; exits with 1 on a finding')
  .option('--json', 'print JSON')
  .action(async (bot: string | undefined, options: { json?: boolean }) => {
    await (await import('./doctor-command.ts')).runDoctor(bot, options);
  });

const manifest = program
  .command('manifest')
  .description('the settings that this bot needs of its app at Slack')
  .option('--name <name>', 'the name of the app', 'Slack bot')
  .option('--description <words>', 'one line about it');
manifest
  .command('print', { isDefault: true })
  .argument('[bot]', 'the bot file')
  .description('print the app manifest as JSON, to paste it at https://api.slack.com/apps')
  .action(async (bot: string | undefined) => {
    await (await import('./manifest-command.ts')).printManifest(bot, manifest.opts());
  });
manifest
  .command('check')
  .argument('<file>', 'a manifest as Slack exports it, JSON or YAML; - is standard input')
  .argument('[bot]', 'the bot file')
  .option('--json', 'print JSON')
  .description('report what that manifest lacks; exits with 1 if it lacks something')
  .action(async (file: string, bot: string | undefined, options: { json?: boolean }) => {
    await (await import('./manifest-command.ts')).compareManifest(file, bot, { ...manifest.opts(), ...options });
  });

const mcp = program
  .command('mcp')
  .description('serve the operations as tools of the Model Context Protocol over standard input and output')
  .option('--operate', 'also those that change something; without it tools only read')
  .action(async (options: { operate?: boolean }) => {
    await (await import('./mcp-command.ts')).serveMcp(options);
  });
ofOperations.add(mcp);

/** A query is the rest of the words; a term that begins with - needs `--` before it. */
function takesQuery(command: Command, help: string): Command {
  return command
    .argument('[query...]', 'which: all without one')
    .addHelpText('after', `\n${help}\nA term that begins with - comes behind --: teams list -- -status:active`);
}

/** Which failed events: by id, by filters, or all. */
function picksEvents(command: Command): Command {
  return command
    .argument('[event]', 'its id: Ev…')
    .option('--team <team>', 'failed events of this team')
    .option('--type <type>', 'failed events of this type')
    .option('--error <code>', 'failed events with this code, for example listener_failed')
    .option('--since <time>', 'failed events that came then or later: 24h, 7d, or 2026-11-18T11:00:00Z')
    .option('--until <time>', 'failed events that came earlier')
    .option(
      '--where <query>',
      'failed events that match, for example "channel:C0ACME0001 since:1h"; terms: events list --help',
    )
    .option('--all', 'all failed events')
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask');
}
