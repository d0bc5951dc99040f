/** What the CLI prints, and the only place that writes to the terminal. */
import { configFromEnvironment } from '../config/config.ts';
import { secretsOf } from '../config/secrets.ts';
import { BotServerError, type ErrorCode, errorFixes, isBotServerError, messageOf } from '../errors.ts';
import { createRedactor } from '../observability/redactor.ts';
import { standardOutput } from '../observability/standard-output.ts';
import { visible, visibleJson, visibleLines } from '../observability/visible-text.ts';
import { EXIT } from './exit-codes.ts';
import { eraseProgress } from './progress.ts';
import { tableLines } from './table.ts';
import { wrapWords } from './wrap-words.ts';

/** As pino writes it. */
const INFO = 30;

/** What each command that prints rows or facts takes. */
export interface JsonOption {
  json?: boolean;
}

/** In place of `running`, of what the database holds and no server carries out. */
export const WAITS = 'waits for a server';

const redactor = createRedactor({ secrets: secretsOf(configFromEnvironment(process.env)) });

/** Keeps values out of everything that is printed from now on. */
export function neverSay(secrets: readonly string[]): void {
  redactor.learn(secrets);
}

/**
 * Prints a line: without secrets, and with what would command a terminal made visible. On a terminal that is narrower it is broken between
 * words; in a pipe never.
 * @param indent Cells before each line but the first. @defaultValue as far as the sentence begins: below the second column of `name  text`
 */
export function say(line = '', indent?: number): void {
  eraseProgress();
  const shown = visible(redactor.text(line));
  for (const one of wrapWords(shown, cellsOf(process.stdout), indent)) standardOutput.print(`${one}\n`);
}

/** Prints a line that is copied as it is into a shell, an address bar or a file: the terminal breaks it, and copies it whole. */
export function sayWhole(line: string): void {
  eraseProgress();
  standardOutput.print(`${visible(redactor.text(line))}\n`);
}

/** How wide a terminal is; undefined for a pipe or a file. */
function cellsOf({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  return isTTY ? columns : undefined;
}

interface AmongLogs {
  logFormat: 'json' | 'pretty';
  /** What a person reads in place of message and facts. */
  line: string;
}

/** Prints what a server does between the lines of its log, in their form: a constant message with facts, for people a sentence. */
export function sayAmongLogs(msg: string, facts: object, { logFormat, line }: AmongLogs): void {
  if (logFormat === 'pretty') return sayWhole(line);
  const entry = { level: INFO, time: new Date().toISOString(), ...facts, msg };
  standardOutput.print(`${visibleJson(redactor.json(entry))}\n`);
}

/** Prints a value as JSON, whose texts stay what they are, but for secrets. */
export function sayJson(value: unknown): void {
  standardOutput.print(`${visibleJson(redactor.json(value, 2))}\n`);
}

/** The same on one line. */
export function sayJsonLine(value: unknown): void {
  standardOutput.print(`${visibleJson(redactor.json(value))}\n`);
}

/** The value without secrets, for a door that prints nothing itself. */
export function redacted<T>(value: T): T {
  return JSON.parse(redactor.json(value)) as T;
}

/** Prints a text as it is, without secrets: for a file of another program, whose own rules say how control characters are written. */
export function sayRaw(text: string): void {
  standardOutput.print(redactor.text(text));
}

/** Prints what an operation answered as JSON, without the sentence for people. */
export function sayFacts(outcome: { next: string }): void {
  sayJson({ ...outcome, next: undefined });
}

/**
 * Prints an error as message and fix, without a stack, and answers the exit code.
 * @param command Whose help says how it is called rightly, where the error has no fix of its own.
 */
export function sayError(error: unknown, command?: string): number {
  const known = isBotServerError(error) ? error : unexpected(error);
  complain(
    [
      `error: ${indented(known.message)}`,
      ...causesOf(known).map((cause) => `  because: ${indented(cause)}`),
      `  fix: ${fixOf(known, command)}`,
    ].join('\n'),
  );
  return exitCodeOf(known);
}

function fixOf({ code, fix }: BotServerError, command: string | undefined): string {
  const isGeneral = code === 'usage' && fix === errorFixes.usage;
  return isGeneral && command !== undefined ? `See \`${command} --help\`.` : fix;
}

/** Writes to standard error, as say() does to standard output. */
export function complain(text: string): void {
  eraseProgress();
  const lines = visibleLines(redactor.text(text)).split('\n');
  const shown = lines.flatMap((line) => wrapWords(line, cellsOf(process.stderr)));
  process.stderr.write(`${shown.join('\n')}\n`);
}

/** A message of several lines, which cannot be taken for anything but one. */
function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}

const calledWrongly: ReadonlySet<ErrorCode> = new Set([
  'usage',
  'invalid_configuration',
  'invalid_input',
  'exchange_refused',
  'unauthorized',
  'forbidden',
]);

function exitCodeOf({ code }: BotServerError): number {
  return exitCodeFor(code);
}

/** With what a command ends that fails with this code. */
export function exitCodeFor(code: ErrorCode): number {
  if (code === 'interrupted') return EXIT.interrupted;
  return calledWrongly.has(code) ? EXIT.usage : EXIT.failure;
}

function unexpected(cause: unknown): BotServerError {
  return new BotServerError('unexpected', messageOf(cause), { cause });
}

function causesOf(error: BotServerError): string[] {
  const causes: string[] = [];
  let told = error.message;
  for (let cause = error.cause; cause instanceof Error && causes.length < 3; cause = cause.cause) {
    // Most messages end with that of their cause: said once is enough.
    const message = messageOf(cause);
    if (told.includes(message)) continue;
    causes.push(message);
    told = message;
  }
  return causes;
}

/** Prints rows in columns as wide as their widest cell; on a terminal no wider than that. See table.ts. */
export function sayTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const shown = rows.map((row) => row.map((cell) => visible(redactor.text(cell))));
  for (const line of tableLines(header, shown, cellsOf(process.stdout))) sayWhole(line);
}

function shownValue(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** Prints facts of one thing, each in a line. */
export function sayPairs(facts: Readonly<Record<string, unknown>>): void {
  const widest = Object.keys(facts).reduce((most, name) => Math.max(most, name.length), 0);
  for (const [name, value] of Object.entries(facts)) say(`${name.padEnd(widest)}  ${shownValue(value)}`, widest + 2);
}
