/** The log: pino, as JSON lines or readable, with a last net that takes tokens out of every line. */
import { Writable } from 'node:stream';
import { type Logger as PinoLogger, pino } from 'pino';
import pretty from 'pino-pretty';

/** The log that every feature gets. */
export type Logger = PinoLogger;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevelName = (typeof logLevels)[number];

export interface LoggerOptions {
  level: LogLevelName;
  format: 'json' | 'pretty';
  /** Values that must never be written, beside everything that looks like a Slack token. */
  secrets?: readonly string[];
  /** True for a word that is a secret whatever it looks like: tokens of Slack-compatible servers have any shape. */
  isSecret?: (word: string) => boolean;
  /** Where lines go. @defaultValue standard output */
  destination?: { write(line: string): unknown };
}

/** Everything with the shape of a Slack token: bot, user, app-level, refresh, rotated and configuration tokens. */
const TOKEN_SHAPE = /xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]+|xapp-[A-Za-z0-9-]+/g;

/** Replaces tokens and the given secrets in a text. */
export function scrub(text: string, secrets: readonly string[] = []): string {
  let scrubbed = text.replace(TOKEN_SHAPE, '[token]');
  for (const secret of secrets) if (secret !== '') scrubbed = scrubbed.replaceAll(secret, '[secret]');
  return scrubbed;
}

/** What can be a token in a line of JSON or text. */
const WORD = /[^\s"'`\\<>()[\]{},;]{8,}/g;
/** Its parts, where a name or an address stands before it: `token=…`, `Bearer:…`. */
const PART = /[^=:&?]{8,}/g;

function scrubWords(text: string, isSecret: (word: string) => boolean): string {
  const scrubPart = (part: string) => (isSecret(part) ? '[token]' : part);
  return text.replace(WORD, (word) => (isSecret(word) ? '[token]' : word.replace(PART, scrubPart)));
}

/** Creates the log. Errors are written with their causes; readable lines are meant for a terminal. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, format, secrets = [], isSecret, destination = process.stdout } = options;
  const clean = (line: string) => scrub(isSecret ? scrubWords(line, isSecret) : line, secrets);
  const safe = { write: (line: string) => void destination.write(clean(line)) };
  const settings = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  if (format === 'json') return pino(settings, safe);
  const stream = pretty({
    destination: new Writable({
      decodeStrings: false,
      write(line: string, _encoding, done) {
        safe.write(line);
        done();
      },
    }),
    colorize: false,
    translateTime: 'SYS:HH:MM:ss',
    hideObject: true,
    messageFormat: readableLine,
  });
  return pino(settings, stream);
}

/** Facts that every line has, or that are said in words. */
const NOT_REPEATED = new Set(['level', 'time', 'msg', 'err', 'teamId', 'teamName']);

/** "Acme (T0ACME0001): connected reason=hello attempt=1": what happened to whom, for a person at a terminal. */
function readableLine(line: Readonly<Record<string, unknown>>): string {
  const { msg, teamId, teamName, err } = line;
  const whom = teamName ? `${word(teamName)} (${word(teamId)}): ` : teamId ? `${word(teamId)}: ` : '';
  const facts = Object.entries(line)
    .filter(([name, value]) => !NOT_REPEATED.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}=${word(value)}`);
  const error = (err as { stack?: string; message?: string } | undefined)?.stack;
  return `${whom}${word(msg)}${facts.join('')}${error ? `\n  ${error.replaceAll('\n', '\n  ')}` : ''}`;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
