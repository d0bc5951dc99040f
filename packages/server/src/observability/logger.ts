/** The log: pino, as JSON lines or readable. What is said goes through the redactor before it becomes a line. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import pretty from 'pino-pretty';
import { messageOf } from '../errors.ts';
import { withPresentFacts } from './log-context.ts';
import type { LogLevelName } from './log-levels.ts';
import { createRedactor, type Redactor } from './redactor.ts';
import { standardOutput } from './standard-output.ts';
import { visible, visibleJson } from './visible-text.ts';

type Say = (facts: object, message: string) => void;

/** The log that every feature gets, and that an author may give in place of ours; pino's loggers are such. */
export interface Logger {
  trace: Say;
  debug: Say;
  info: Say;
  warn: Say;
  error: Say;
  /** Spares the work for lines that nobody gets. */
  isLevelEnabled?(level: string): boolean;
}

export interface LoggerOptions {
  level: LogLevelName;
  format: 'json' | 'pretty';
  /** @defaultValue one that knows the shapes of tokens */
  redactor?: Redactor;
  /** Where lines go. @defaultValue standard output, which may fail */
  destination?: { write(line: string): unknown };
}

/** Creates the log. Errors are written with their causes; readable lines are meant for a terminal. */
export function createLogger(options: LoggerOptions): Logger {
  const { redactor = createRedactor(), destination = standardOutput } = options;
  const log = redacted(pinoFor(options, destination), redactor);
  if (destination === standardOutput) {
    standardOutput.onLost((lines) => log.error({ lines }, 'log lines were lost: standard output did not take them'));
  }
  return log;
}

function pinoFor({ level, format }: LoggerOptions, destination: { write(line: string): unknown }): Logger {
  const timestamp = () => `,"time":"${new Date().toISOString()}"`;
  // Errors are plain objects by now, which pino would take for errors all the same.
  const settings = { level, base: null, timestamp, serializers: { err: (err: unknown) => err } };
  if (format === 'json') {
    return pino(settings, { write: (line: string) => void destination.write(visibleJson(line)) });
  }
  const stream = pretty({
    destination: new Writable({
      decodeStrings: false,
      write(line: string, _encoding, done) {
        destination.write(line);
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

/** Puts the redactor before a log, also before one that the author of a bot gave: what that throws costs the line, and nobody else. */
export function redacted(log: Logger, redactor: Redactor): Logger {
  const onError = toldOnce(redactor);
  const isLevelEnabled = (level: string): boolean => {
    try {
      return log.isLevelEnabled?.(level) ?? true;
    } catch (error) {
      onError(error);
      return true;
    }
  };
  const say =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error'): Say =>
    (said, message) => {
      if (!isLevelEnabled(level)) return;
      const facts = withPresentFacts(said);
      try {
        const answer: unknown = log[level](redactor.value(facts) as object, redactor.text(message));
        if (answer instanceof Promise) answer.catch(onError);
      } catch (error) {
        onError(error);
      }
    };
  return {
    trace: say('trace'),
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    isLevelEnabled,
  };
}

/** There is no log to say it in: on standard error, by Node. */
function toldOnce(redactor: Redactor): (error: unknown) => void {
  let isTold = false;
  return (error) => {
    if (isTold) return;
    isTold = true;
    process.emitWarning(`The logger of the bot throws, and lines are lost: ${redactor.text(messageOf(error))}`);
  };
}

/** Facts that every line has, or that are said in words. */
const NOT_REPEATED = new Set(['level', 'time', 'msg', 'err', 'teamId', 'teamName']);

/** "Acme (T0ACME0001): connected reason=hello attempt=1": what happened to whom, for a person at a terminal. */
function readableLine(line: Readonly<Record<string, unknown>>): string {
  const { msg, teamId, teamName, err } = line;
  const whom = teamName ? `${word(teamName)} (${word(teamId)}): ` : teamId ? `${word(teamId)}: ` : '';
  const facts = Object.entries(line)
    .filter(([name, value]) => !NOT_REPEATED.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => ` ${visible(name)}=${word(value)}`);
  return `${whom}${word(msg)}${facts.join('')}${stacksOf(err)}`;
}

interface LoggedError {
  stack?: unknown;
  cause?: LoggedError;
}

/** The stack, and those of the causes; their lines are the only line breaks. */
function stacksOf(error: unknown): string {
  const stacks: string[] = [];
  for (let one = error as LoggedError | undefined; typeof one?.stack === 'string'; one = one.cause) {
    stacks.push(one.stack.split('\n').map(visible).join('\n  '));
  }
  return stacks.length === 0 ? '' : `\n  ${stacks.join('\n  caused by: ')}`;
}

function word(value: unknown): string {
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}
