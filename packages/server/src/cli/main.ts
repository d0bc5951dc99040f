/** The process of the command line: runs the command that the arguments name, and ends with its exit code. */
import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { endProcess, guardProcess } from './process-end.ts';
import { calledCommand, program } from './program.ts';

guardProcess();
await endProcess(await runCommand());

async function runCommand(): Promise<number> {
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    return (await import('./output.ts')).sayError(error, calledCommand());
  }
}
