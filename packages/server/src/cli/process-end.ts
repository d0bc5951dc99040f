/**
 * Ends the process of a command: after everything was written, with the code that says how, and whatever the bot left open
 * (timers, listeners that never settle, bodies that nobody reads). Also the one handler of exceptions that nobody caught.
 */
import { standardOutput } from '../observability/standard-output.ts';
import { EXIT } from './exit-codes.ts';

/** What a shell reports of a program that was ended by SIGPIPE: 128 + 13. Node cannot die of it, because it ignores it. */
const EXIT_SIGPIPE = 141;

/** How long a server waits for a reader that does not read, in milliseconds. What it has to say then is its log. */
const SERVER_FLUSH_MS = 1_000;

let isServing = false;
let isEnding = false;
let reportUncaught: (error: unknown) => void | Promise<void> = async (error) => void (await words()).sayError(error);

/** Loaded when something went wrong: what is said needs the settings, for the secrets in them, and most commands have no such words. */
const words = () => import('./output.ts');

/** From now on this process serves: its output may get lost, and exceptions that nobody catches belong to its log. */
export function serve(report: (error: unknown) => void): void {
  isServing = true;
  reportUncaught = report;
}

/** Sees to it that nothing ends the process but this file. Once, before anything else. */
export function guardProcess(): void {
  for (const output of [standardOutput.stream, process.stderr]) output.on('error', () => {});
  process.on('uncaughtException', (error) => {
    if (!isEnding) void reportAndEnd(error);
  });
}

async function reportAndEnd(error: unknown): Promise<void> {
  try {
    await reportUncaught(error);
    if (isServing) (await words()).complain('error: an uncaught exception ended the server; the log has it');
  } finally {
    await endProcess(EXIT.failure);
  }
}

/** Exits, with 141 when the reader of a command's output went away (`| head`), with 1 when it could not be written. */
export async function endProcess(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  const written = Promise.all([standardOutput.flushed(), new Promise((resolve) => process.stderr.write('', resolve))]);
  await (isServing ? Promise.race([written, new Promise((resolve) => setTimeout(resolve, SERVER_FLUSH_MS))]) : written);
  const { failure } = standardOutput;
  if (isServing || code !== 0 || failure === undefined) process.exit(code);
  if (failure.code === 'EPIPE') process.exit(EXIT_SIGPIPE);
  (await words()).complain(`error: standard output cannot be written: ${failure.message}`);
  process.exit(EXIT.failure);
}
