/** What the CLI prints, and the only place that writes to the terminal. */
import { BotServerError, type ErrorCode, isBotServerError } from '../errors.ts';
import { scrub } from '../observability/logger.ts';

/** Exit codes: 1 something failed, 2 it was called or configured wrongly. */
export const EXIT = { failure: 1, usage: 2 } as const;

/** Prints a line. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a value as JSON. */
export function sayJson(value: unknown): void {
  say(JSON.stringify(value, null, 2));
}

/** Prints an error as message and fix, without a stack, and answers the exit code. */
export function sayError(error: unknown): number {
  const known = isBotServerError(error) ? error : unexpected(error);
  const lines = [
    `error: ${known.message}`,
    ...causesOf(known).map((cause) => `  because: ${cause}`),
    `  fix: ${known.fix}`,
  ];
  process.stderr.write(`${scrub(lines.join('\n'))}\n`);
  return exitCodeOf(known);
}

const calledWrongly: ReadonlySet<ErrorCode> = new Set([
  'usage',
  'invalid_configuration',
  'invalid_input',
  'exchange_refused',
]);

function exitCodeOf({ code }: BotServerError): number {
  return calledWrongly.has(code) ? EXIT.usage : EXIT.failure;
}

function unexpected(cause: unknown): BotServerError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new BotServerError('unexpected', message, { cause });
}

function causesOf(error: BotServerError): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 3; cause = cause.cause) {
    if (cause.message !== error.message) causes.push(cause.message);
  }
  return causes;
}

/** Prints rows in columns as wide as their widest cell. */
export function sayTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  say(line(header));
  for (const row of rows) say(line(row));
}

/** A time as people and programs read it. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
