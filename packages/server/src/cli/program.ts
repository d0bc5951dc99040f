/**
 * The command line: which commands there are. The code of a command is loaded when it is called, so that none waits for what others need;
 * the commands of a group, their options and what they print are in the file that the group names.
 */
import { Argument, Command, Help, Option } from 'commander';
import { BotServerError } from '../errors.ts';
import { standardOutput } from '../observability/standard-output.ts';
import { version } from '../version.ts';
import type { ApiOptions, SayOptions } from './api-command.ts';
import { printCompletion, type Shell, shells } from './completion-command.ts';
import { pathOf } from './default-command.ts';
import type { DevOptions } from './dev/dev-command.ts';
import type { InitOptions } from './init/init-command.ts';
import { templates } from './init/templates.ts';
import { narrowHelp } from './narrow-help.ts';
import { ofOperations, operationCommand, pointToHelp, takesServer, wholeNumber } from './operation-command.ts';
import type { JsonOption } from './output.ts';
import type { StartOptions } from './start-command.ts';
import type { WhyOptions } from './why-command.ts';

/** Operations that are said so often, or are so well known, that their command has no group. */
export const shortcuts: Readonly<Record<string, string>> = {
  'teams.say': 'say',
  'api.call': 'api',
  'why.explain': 'why',
};

/** Without the commands of groups, which come when one is called; see completeProgram(). */
export const program = new Command('slack-bot-server')
  .description('Keeps one Slack bot alive in every workspace that installed it. Settings come from the environment.')
  .version(version, '-v, --version', 'print the version')
  .option('--server <url>', 'ask a running server at this address, with ADMIN_TOKEN, in place of the database')
  .configureHelp({ ...narrowHelp, showGlobalOptions: true, visibleGlobalOptions })
  // As all that is printed: what cannot be written is told, and no failure of a server.
  .configureOutput({ writeOut: (text) => standardOutput.print(text) })
  .exitOverride()
  // Ours, below: theirs would know nothing of the commands of a group.
  .helpCommand(false)
  .hook('preSubcommand', (_program, command) => groups.get(command)?.())
  .hook('preAction', async (_program, command) => {
    called = command;
    const { server } = program.opts<{ server?: string }>();
    if (server === undefined) return;
    if (!ofOperations.has(command))
      throw new BotServerError('usage', `${nameIn(program, command)} takes no --server: it is about this machine`);
    (await import('./run-operation.ts')).useServer(server);
  });

let called: Command | undefined;

/** As it is typed: the command that runs, and the program itself before there is one. */
export function calledCommand(): string {
  return pathOf(called ?? program);
}

/** Of the commands above, in its help and for a Tab: only what means something there. */
function visibleGlobalOptions(this: Help, command: Command): Option[] {
  const all = Help.prototype.visibleGlobalOptions.call(this, command);
  return all.filter(({ long }) => long !== '--version' && (long !== '--server' || takesServer(command)));
}

function nameIn(program: Command, command: Command): string {
  const { parent } = command;
  return parent && parent !== program ? `${parent.name()} ${command.name()}` : command.name();
}

/** What adds the commands of each group, once. */
const groups = new Map<Command, () => Promise<void>>();

/** The program with all commands, for those who want to know them all. */
export async function completeProgram(): Promise<Command> {
  await Promise.all(Array.from(groups.values(), (complete) => complete()));
  return program;
}

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
    new Option('--transport <how>', 'how events arrive; overrides SLACK_TRANSPORT').choices(['http', 'socket', 'rtm']),
  )
  .option('--open', 'open the start page in a browser')
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
  .argument('[address]', 'address of the server, for example https://bot.example.com; default: from the settings')
  .description('open the dashboard in a browser')
  .action(async (address: string | undefined) => {
    await (await import('./open-command.ts')).openDashboard(address);
  });

group(
  'status',
  'the state of servers, teams and events at a glance',
  async () => (await import('./status-command.ts')).addStatus,
);
group(
  'connections',
  'which team is connected where (transport rtm)',
  async () => (await import('./status-command.ts')).addConnections,
);
group(
  'history',
  'what the servers did in the last hours',
  async () => (await import('./status-command.ts')).addHistory,
);
group(
  'limits',
  'which methods Slack limits, and for how long',
  async () => (await import('./status-command.ts')).addLimits,
);
group('teams', 'list, show and change teams', async () => (await import('./teams-command.ts')).addTeams);

operationCommand(
  program.command('why'),
  'why a message has no answer, what became of an event, or what state a team is in',
)
  .argument('<about>', 'a link to a message, the id of an event (Ev…) or of a team (T…)')
  .option('--team <team>', 'the team of the link, where its address does not name it')
  .option('--no-slack', 'do not ask Slack about the conversation')
  .action(async (about: string, options: WhyOptions) => {
    await (await import('./why-command.ts')).why(about, options);
  });

operationCommand(program.command('say'), 'post a message as the bot to a channel or a person of a team')
  .argument('<team>')
  .argument('<to>', 'a channel (C…) or a person (U…)')
  .argument('[text]')
  .option('--blocks <json>', 'blocks of Block Kit, as JSON or as @FILE')
  .option('--thread <ts>', 'answer in the thread of this message')
  .action(async (team: string, to: string, text: string | undefined, options: SayOptions) => {
    await (await import('./api-command.ts')).sayOnce(team, to, text, options);
  });

operationCommand(program.command('api'), 'call a method of the Web API with the token of a team')
  .argument('<method>', 'for example users.info')
  .argument('[fields...]', 'key=value, or key:=json, or key:=@FILE')
  .requiredOption('--team <team>', 'whose token is used')
  .action(async (method: string, fields: readonly string[], options: ApiOptions) => {
    await (await import('./api-command.ts')).apiCall(method, fields, options);
  });

group(
  'broadcast',
  'post a message to many teams, and show the progress',
  async () => (await import('./broadcast-command.ts')).addBroadcast,
);
group(
  'replays',
  'list and stop replays of failed events',
  async () => (await import('./replays-command.ts')).addReplays,
);
group(
  'jobs',
  'list, run, pause and resume the jobs of the bot',
  async () => (await import('./jobs-command.ts')).addJobs,
);
group('audit', 'what operators changed', async () => (await import('./audit-command.ts')).addAudit);
group(
  'incident',
  'many teams failed at once: show the held ones, and decide',
  async () => (await import('./incident-command.ts')).addIncident,
);
group(
  'events',
  'list stored events, replay or discard failed ones',
  async () => (await import('./events-command.ts')).addEvents,
);
group('app', 'which Slack app the database belongs to', async () => (await import('./app-command.ts')).addApp);
group('keys', 'the keys that seal tokens in the database', async () => (await import('./keys-command.ts')).addKeys);
group(
  'cluster',
  'the servers that share a PostgreSQL database',
  async () => (await import('./cluster-command.ts')).addCluster,
);
group('store', 'the database itself', async () => (await import('./store-command.ts')).addStore);

program
  .command('migrate')
  .option('--json', 'print JSON')
  .description('bring the database to the schema of this version, as the next start would')
  .action(async (options: JsonOption) => {
    await (await import('./migrate-command.ts')).migrate(options);
  });

program
  .command('completion')
  .addArgument(new Argument('<shell>').choices(shells))
  .description('print a script that completes commands and options: source <(slack-bot-server completion bash)')
  .action(async (shell: Shell) => {
    printCompletion(await completeProgram(), shell);
  });

program
  .command('backup')
  .argument('<file>', 'the file to write; it must not exist')
  .option('--json', 'print JSON')
  .description('copy the SQLite database as it is at this moment, also while a server runs')
  .action(async (file: string, options: JsonOption) => {
    await (await import('./backup-command.ts')).backUp(file, options);
  });

program
  .command('restore')
  .argument('<file>', 'what backup wrote')
  .option('--json', 'print JSON')
  .description('put a backup in the place of the SQLite database, which is kept under another name; no server may run')
  .action(async (file: string, options: JsonOption) => {
    await (await import('./backup-command.ts')).restore(file, options);
  });

program
  .command('doctor')
  .argument('[bot]', 'the bot file, for its scopes')
  .description('check settings, database, disk, clock, Slack and request URL; exits with 1 on a finding')
  .option('--json', 'print JSON')
  .action(async (bot: string | undefined, options: JsonOption) => {
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
  .option('--json', 'print JSON, as it does anyway')
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
  .action(async (file: string, bot: string | undefined, options: JsonOption) => {
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

program
  .command('help')
  .argument('[command...]', 'which: the whole without one')
  .description('show how a command is used')
  .action(async (words: readonly string[]) => {
    let command = program;
    for (const word of words) {
      const next = command.commands.find((one) => one.name() === word);
      if (!next) return command.error(`error: unknown command '${word}'`);
      await groups.get(next)?.();
      command = next;
    }
    command.outputHelp();
  });

pointToHelp(program);

/** A command whose own commands are added by `load` when it is called. */
function group(name: string, summary: string, load: () => Promise<(group: Command) => void>): void {
  const command = program.command(name).description(summary);
  const addAll = async () => {
    (await load())(command);
    pointToHelp(command);
  };
  let added: Promise<void> | undefined;
  groups.set(command, () => (added ??= addAll()));
}
