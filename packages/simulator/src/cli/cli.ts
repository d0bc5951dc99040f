/** The command line: `slack-simulator [run]`. Each command is one function; main.ts only starts it. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { isSimulatorError, SimulatorError } from '../errors.ts';
import { startSimulator } from '../simulator.ts';
import { envBlock } from './env-block.ts';

/** The port of the command line; the library takes a free one. */
export const DEFAULT_PORT = 4400;

/** What the command line needs of its process, so that a test can be one. */
export interface CliProcess {
  out(text: string): void;
  err(text: string): void;
  /** Aborted when the command shall end, as by Ctrl-C. */
  signal: AbortSignal;
}

interface RunOptions {
  port: number;
  host: string;
  allowRemote: boolean;
  teams: number;
  seedNumber?: number;
  json: boolean;
}

/** Runs one command line. Resolves with the exit code: 0, 1 for a failure, 2 for wrong usage. */
export async function runCli(argv: readonly string[], io: CliProcess): Promise<number> {
  try {
    await program(io).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(describe(error));
    return 1;
  }
}

function program(io: CliProcess): Command {
  const cli = new Command('slack-simulator')
    .description('A Slack on your own machine.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  cli
    .command('run', { isDefault: true })
    .description('start a simulator and print its addresses')
    .option('-p, --port <port>', 'port to listen on; 0 takes a free one', wholeNumber(65_535), DEFAULT_PORT)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--allow-remote', 'allow an address that other machines can reach; there are no passwords', false)
    .option('-t, --teams <n>', 'how many workspaces', wholeNumber(100_000), 1)
    .option('--seed-number <n>', 'make ids and tokens repeat from run to run', wholeNumber(2 ** 32 - 1))
    .option('--json', 'print one line of JSON instead of text', false)
    .action((options: RunOptions) => run(options, io));
  return cli;
}

async function run({ json, ...options }: RunOptions, io: CliProcess): Promise<void> {
  await using simulator = await startSimulator(options);
  const status = await simulator.control.status();
  if (json) io.out(`${JSON.stringify(status)}\n`);
  else
    io.out(
      `Simulator  ${simulator.url}\nWeb API    ${simulator.apiUrl}\nInstall    ${simulator.authorizeUrl}\n\n${envBlock(status)}\n`,
    );
  await aborted(io.signal);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
  };
}

function describe(error: unknown): string {
  if (isSimulatorError(error)) return `error: ${error.message} (${error.code})\n${error.fix}\n`;
  const cause = new SimulatorError('invalid_configuration', error instanceof Error ? error.message : String(error));
  return `error: ${cause.message}\n`;
}
