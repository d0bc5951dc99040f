/** The process around the command line: signals in, exit code out. What nobody reads any more is no failure and no stack. */
import { runCli } from './cli.ts';

/** What a shell reports of programs that were ended by SIGINT and by SIGPIPE: 128 + 2, 128 + 13. */
const EXIT_SIGINT = 130;
const EXIT_SIGPIPE = 141;

const ending = new AbortController();
const readerGone = new AbortController();
let failure: NodeJS.ErrnoException | undefined;

for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
process.on('SIGINT', () => {
  if (ending.signal.aborted) process.exit(EXIT_SIGINT);
  ending.abort();
});
// Without these listeners an error of a stream would end the process with a stack.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  failure ??= error;
  readerGone.abort();
});

const code = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  signal: ending.signal,
  readerGone: readerGone.signal,
});
for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', resolve));
if (failure !== undefined && failure.code !== 'EPIPE') {
  process.stderr.write(`error: standard output cannot be written: ${failure.message}\n`);
}
process.exit(code === 0 && failure !== undefined ? (failure.code === 'EPIPE' ? EXIT_SIGPIPE : 1) : code);
