/** `npm run bench -- connections`: reads the words, runs, prints. Ctrl-C ends it and every process that it started. */
import { type BenchArguments, parseArguments, UsageError, usage } from './arguments.ts';
import { rtmApi } from './connections/contenders.ts';
import { formatReport } from './connections/print-report.ts';
import { runConnections } from './connections/run.ts';

const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const;

process.exitCode = await main(process.argv.slice(2));
// Nothing may keep the process: a benchmark ends by itself.
process.exit();

async function main(words: readonly string[]): Promise<number> {
  const parsed = parse(words);
  if ('error' in parsed) {
    console.error(`${parsed.error}\n\n${usage}`);
    return EXIT.usage;
  }
  if (parsed.command === 'help') {
    console.log(usage);
    return 0;
  }
  return await run(parsed);
}

async function run(options: Extract<BenchArguments, { command: 'connections' }>): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  const { signal } = interrupted;
  try {
    const report = await runConnections({ ...options, signal, onProgress: (text) => console.error(`· ${text}`) });
    console.log(options.json ? JSON.stringify(report, null, 2) : `\n${formatReport(report)}`);
    // A peer that dies is a result; the floor or the server failing is a failure.
    const hasFailed = report.contenders.some(({ name, failures }) => name !== rtmApi.name && failures.length > 0);
    return hasFailed ? EXIT.failure : 0;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    console.error(error);
    return EXIT.failure;
  }
}

function parse(words: readonly string[]): BenchArguments | { error: string } {
  try {
    return parseArguments(words);
  } catch (error) {
    if (error instanceof UsageError) return { error: error.message };
    throw error;
  }
}
