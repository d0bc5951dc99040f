/** The command line: `slack-simulator run|say|trigger|fault|log|resend|mcp`. One file per command; main.ts only starts it. */
import { Command, CommanderError } from 'commander';
import { isSimulatorError, SimulatorError } from '../errors.ts';
import { version } from '../version.ts';
import type { CliProcess } from './command-io.ts';
import { addLog } from './log-command.ts';
import { addMcp } from './mcp-command.ts';
import { narrowHelp } from './narrow-help.ts';
import { addResend } from './resend-command.ts';
import { addRun } from './run-command.ts';
import { addSay } from './say-command.ts';
import { visible } from './visible-text.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

type Add = (group: Command, io: CliProcess) => void;

/** What adds the commands of each group, once. */
type Groups = ReadonlyMap<Command, () => Promise<void>>;

interface Program {
  cli: Command;
  groups: Groups;
}

/** Runs one command line. Resolves with the exit code: 0, 1 for a failure, 2 for wrong usage. */
export async function runCli(argv: readonly string[], io: CliProcess): Promise<number> {
  try {
    await program(io).cli.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    io.err(describe(error));
    return isSimulatorError(error, 'usage') ? EXIT_USAGE : EXIT_FAILURE;
  }
}

/** The command line. The commands of groups come when one is called; see completeProgram(). */
function program(io: CliProcess): Program {
  const groups = new Map<Command, () => Promise<void>>();
  const cli = new Command('slack-simulator')
    .description('A Slack on your own machine.')
    .version(version, '-v, --version', 'print the version')
    .configureHelp(narrowHelp)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    // Ours, below: theirs would know nothing of the commands of a group.
    .helpCommand(false)
    .hook('preSubcommand', async (_cli, command) => {
      mustBeMeant(cli, command);
      await groups.get(command)?.();
      pointToHelp(command);
    });
  const group = (name: string, summary: string, load: () => Promise<Add>): void => {
    const command = cli.command(name).description(summary);
    let added: Promise<void> | undefined;
    groups.set(command, () => (added ??= load().then((add) => add(command, io))));
  };
  addRun(cli, io);
  addSay(cli, io);
  // These two with all that can be done, as schemas.
  group(
    'trigger',
    'a person uses an app: command, button, modal, shortcut, home',
    async () => (await import('./trigger-command.ts')).addTrigger,
  );
  group('fault', 'break something on purpose, and mend it', async () => (await import('./fault-command.ts')).addFault);
  addLog(cli, io);
  addResend(cli, io);
  addMcp(cli, io);
  addHelp(cli, groups);
  pointToHelp(cli);
  return { cli, groups };
}

/** Whoever names no command means `run`; whoever names one that there is not does not. */
function mustBeMeant(cli: Command, command: Command): void {
  const [word] = cli.args;
  if (word === undefined || word.startsWith('-') || word === command.name()) return;
  cli.error(`error: unknown command '${word}'`);
}

/** Whoever calls a command wrongly is told where its own use is explained, and that of each below it. */
function pointToHelp(command: Command): void {
  const path: string[] = [];
  for (let one: Command | null = command; one; one = one.parent) path.unshift(one.name());
  command.showHelpAfterError(`(see ${path.join(' ')} --help)`);
  command.commands.forEach(pointToHelp);
}

/** The program with all commands; tests read from it what there is. */
export async function completeProgram(io: CliProcess): Promise<Command> {
  const { cli, groups } = program(io);
  await Promise.all(Array.from(groups.values(), (complete) => complete()));
  return cli;
}

function addHelp(cli: Command, groups: Groups): void {
  cli
    .command('help')
    .argument('[command...]', 'which: the whole without one')
    .description('show how a command is used')
    .action(async (words: readonly string[]) => {
      let command = cli;
      for (const word of words) {
        const next = command.commands.find((one) => one.name() === word);
        if (!next) return command.error(`error: unknown command '${word}'`);
        await groups.get(next)?.();
        command = next;
      }
      command.outputHelp();
    });
}

function describe(error: unknown): string {
  if (isSimulatorError(error)) {
    const { message, cause } = error;
    const because =
      cause instanceof Error && !message.includes(cause.message) ? `  because: ${visible(cause.message)}\n` : '';
    return `error: ${visible(message)} (${error.code})\n${because}${error.fix}\n`;
  }
  const cause = new SimulatorError('invalid_configuration', error instanceof Error ? error.message : String(error));
  return `error: ${visible(cause.message)}\n`;
}
