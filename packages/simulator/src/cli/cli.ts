/** The command line: `slack-simulator run|say|trigger|fault|log|resend|mcp`. One file per command; main.ts only starts it. */
import { Command, CommanderError } from 'commander';
import { isSimulatorError, SimulatorError } from '../errors.ts';
import type { CliProcess } from './command-io.ts';
import { addFault } from './fault-command.ts';
import { addLog } from './log-command.ts';
import { addMcp } from './mcp-command.ts';
import { addResend } from './resend-command.ts';
import { addRun } from './run-command.ts';
import { addSay } from './say-command.ts';
import { addTrigger } from './trigger-command.ts';
import { visible } from './visible-text.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/** Runs one command line. Resolves with the exit code: 0, 1 for a failure, 2 for wrong usage. */
export async function runCli(argv: readonly string[], io: CliProcess): Promise<number> {
  try {
    await program(io).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    io.err(describe(error));
    return isSimulatorError(error, 'usage') ? EXIT_USAGE : EXIT_FAILURE;
  }
}

/** The whole command line; tests read from it what there is. */
export function program(io: CliProcess): Command {
  const cli = new Command('slack-simulator')
    .description('A Slack on your own machine.')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  for (const add of [addRun, addSay, addTrigger, addFault, addLog, addResend, addMcp]) add(cli, io);
  return cli;
}

function describe(error: unknown): string {
  if (isSimulatorError(error)) return `error: ${visible(error.message)} (${error.code})\n${error.fix}\n`;
  const cause = new SimulatorError('invalid_configuration', error instanceof Error ? error.message : String(error));
  return `error: ${visible(cause.message)}\n`;
}
