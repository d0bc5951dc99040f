/** The command line: which command, which options. What a command does is in its own file. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { moveToApp } from './app-command.ts';
import type { DevOptions } from './dev-command.ts';
import { discardEvents, listEvents, replayEvents, showEvent } from './events-command.ts';
import { askInIncident, deactivateIncident, showIncident, waitInIncident } from './incident-command.ts';
import { rotateKeys } from './keys-command.ts';
import { EXIT, sayError } from './output.ts';
import { endProcess, guardProcess } from './process-end.ts';
import type { StartOptions } from './start-command.ts';
import { deactivateTeam, importFromFile, listTeams, reactivateTeam, showTeam } from './teams-command.ts';
import { exchangeTeams } from './teams-exchange.ts';
import { purgeTeam } from './teams-purge.ts';

guardProcess();

// Commands that run a server are loaded when called: Bolt and the web framework would double the time of all others.
const program = new Command('slack-bot-server')
  .description('Keeps one Slack bot alive in every workspace that installed it. Settings come from the environment.')
  .exitOverride()
  .showHelpAfterError('(see slack-bot-server --help)');

program
  .command('start')
  .argument('[bot]', 'the bot file, for example bot.ts; without one teams are only kept connected')
  .description('run the server')
  .option('--new', 'begin with an empty database although its key file says that there was one')
  .addOption(new Option('--test-clock <startMs>').argParser(wholeNumber).hideHelp())
  .action(async (bot: string | undefined, options: StartOptions) => {
    await (await import('./start-command.ts')).start(bot, options);
  });

program
  .command('dev')
  .argument('[bot]', 'the bot file, for example bot.ts')
  .option('--teams <n>', 'how many simulated workspaces', wholeNumber, 3)
  .option('--simulator-port <port>', 'port of the simulator', wholeNumber, 4_400)
  .description('run a simulated Slack, the server and the bot on this machine')
  .action(async (bot: string | undefined, options: DevOptions) => {
    await (await import('./dev-command.ts')).runDev(bot, options);
  });

const teams = program.command('teams').description('look at teams and change what should be');
const json = () => new Option('--json', 'print JSON');
teams
  .command('list')
  .addOption(new Option('--status <status>', 'only these').choices(['active', 'suspended', 'inactive']))
  .option('--search <text>', 'part of an id, name or domain')
  .option('--incident', 'only those that are held, or were deactivated just before: see incident')
  .addOption(json())
  .description('all teams with their status')
  .action(listTeams);
teams
  .command('show')
  .argument('<team>')
  .addOption(json())
  .description('one team and what happened to it')
  .action(showTeam);
teams
  .command('deactivate')
  .argument('<team>')
  .addOption(json())
  .description('close the connection and send nothing more for the team')
  .action(deactivateTeam);
teams
  .command('reactivate')
  .argument('<team>')
  .addOption(json())
  .description('ask Slack whether the token works again; if so the team is active')
  .action(reactivateTeam);
teams
  .command('purge')
  .argument('<team>')
  .addOption(json())
  .description('delete an inactive team with everything that is stored of it, at once and for good')
  .action(purgeTeam);
teams
  .command('exchange')
  .argument('[team]')
  .option('--all', 'the tokens of all active teams')
  .option('--per-minute <n>', 'at most so many, 1 to 6000', ratePerMinute, 50)
  .addOption(json())
  .description('exchange tokens that live for ever for tokens that rotate, once it is switched on for the app')
  .action(exchangeTeams);
teams
  .command('import')
  .argument(
    '<file>',
    'one JSON object per line: team_id, name, bot_token and more, see docs/importing.md; - is standard input',
  )
  .addOption(json())
  .option('--force', 'also where the stored tokens rotate and are newer: those are lost then')
  .description('register teams with tokens that you have')
  .action(importFromFile);

const incident = program
  .command('incident')
  .description('many teams failed at once: look at what is held, and decide')
  .addHelpText('after', '\nWhat each decision leads to: docs/incidents.md');
incident
  .command('show', { isDefault: true })
  .addOption(json())
  .description('how many teams are held, what Slack said, when they are asked again')
  .action(showIncident);
incident
  .command('ask')
  .addOption(json())
  .description('ask Slack about all of them now; an answer brings a team back')
  .action(askInIncident);
incident
  .command('deactivate')
  .addOption(json())
  .description('it is true: deactivate all that are held')
  .action(deactivateIncident);
incident
  .command('wait')
  .addOption(json())
  .description('leave them alone: whatever Slack says, deactivate none for six hours')
  .action(waitInIncident);

const events = program
  .command('events')
  .description('look at stored events, and run failed ones again or give them up');
events
  .command('list')
  .addOption(
    new Option('--state <state>', 'only these; default: all but done').choices(['ready', 'retry', 'done', 'failed']),
  )
  .option('--team <team>', 'only of this team')
  .option('--type <type>', 'only of this type, for example message')
  .option('--limit <n>', 'at most so many, 1 to 1000', listLimit, 50)
  .option('--after <seq>', 'only newer than this SEQ', wholeNumber)
  .addOption(json())
  .description('events that wait or failed, the newest first')
  .action(listEvents);
events
  .command('show')
  .argument('<event>', 'its id: Ev…')
  .addOption(json())
  .description('one event, and what Slack sent as long as that is kept')
  .action(showEvent);
events
  .command('replay')
  .argument('[event]', 'its id: Ev…')
  .option('--team <team>', 'failed ones of this team')
  .option('--type <type>', 'failed ones of this type')
  .option('--all', 'all that failed')
  .addOption(json())
  .description('run the listeners again for events that failed; those of an inactive team are dropped')
  .action(replayEvents);
events
  .command('discard')
  .argument('[event]', 'its id: Ev…')
  .option('--team <team>', 'failed ones of this team')
  .option('--type <type>', 'failed ones of this type')
  .option('--all', 'all that failed')
  .addOption(json())
  .description('give up events that failed')
  .action(discardEvents);

const app = program.command('app').description('which Slack app the database belongs to');
app
  .command('move')
  .argument('<old>', 'the app id until now: A…')
  .argument('<new>', 'the app id of the new app')
  .addOption(json())
  .description('hand the database over to another app: all teams keep their data and install it anew (server stopped)')
  .action(moveToApp);

const keys = program.command('keys').description('the keys that seal tokens in the database');
keys
  .command('rotate')
  .addOption(json())
  .description('seal every token with the first of ENCRYPTION_KEYS; then the others can be removed')
  .action(rotateKeys);

await endProcess(await codeOf(program));

async function codeOf(command: Command): Promise<number> {
  try {
    await command.parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    return sayError(error);
  }
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('must be a whole number.');
}

function ratePerMinute(text: string): number {
  const rate = /^\d+$/.test(text) ? Number(text) : 0;
  if (rate >= 1 && rate <= 6_000) return rate;
  throw new InvalidArgumentError('must be a whole number from 1 to 6000.');
}

function listLimit(text: string): number {
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= 1_000) return limit;
  throw new InvalidArgumentError('must be a whole number from 1 to 1000.');
}
