/** What the commands share: their process, the options that each has, and how they print. */
import { type Command, InvalidArgumentError } from 'commander';
import { SimulatorControl } from '../control/simulator-control.ts';
import { SimulatorError } from '../errors.ts';
import type { TeamInfo } from '../workspace/info.ts';
import { visible, visibleJson } from './visible-text.ts';

/** What the command line needs of its process, so that a test can be one. */
export interface CliProcess {
  out(text: string): void;
  err(text: string): void;
  /** Aborted when the command shall end, as by Ctrl-C. */
  signal: AbortSignal;
  /** Aborted when nobody reads any more what is printed. */
  readerGone?: AbortSignal;
}

/** The port of the command line; the library takes a free one. */
export const DEFAULT_PORT = 4400;

/** What every command that talks to a running simulator takes. */
export interface RemoteOptions {
  url: string;
  json: boolean;
}

/** Adds `--url` and `--json`. */
export function withRemote(command: Command): Command {
  return command
    .option('--url <url>', 'where the simulator listens', httpUrl, `http://127.0.0.1:${DEFAULT_PORT}`)
    .option('--json', 'print JSON instead of text', false);
}

export function controlOf({ url }: RemoteOptions): SimulatorControl {
  return new SimulatorControl(url);
}

/** Prints one answer: as a line of JSON, or as a person reads it, whose lines are ours and nobody else's. */
export function print(
  io: CliProcess,
  { json }: { json: boolean },
  value: unknown,
  text: string | readonly string[],
): void {
  io.out(`${json ? visibleJson(JSON.stringify(value)) : [text].flat().map(visible).join('\n')}\n`);
}

/**
 * The workspace that is meant; the first one when nothing is said.
 * @throws SimulatorError `not_found`
 */
export async function teamFor(control: SimulatorControl, reference: string | undefined): Promise<TeamInfo> {
  if (reference !== undefined) return control.team(reference);
  const [team] = await control.teams();
  if (!team) throw new SimulatorError('not_found', 'The simulator has no team');
  return team;
}

/** Drops what was not said, so that the simulator's defaults hold. */
export function said<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]: Exclude<Fields[Name], undefined>;
  };
}

export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
  };
}

/** Collects `name=value`; a value that is JSON is taken as such, any other as text. */
export function nameValue(pair: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const at = pair.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [pair.slice(0, at)]: jsonOrText(pair.slice(at + 1)) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function httpUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new InvalidArgumentError('It must be an http or https URL.');
}
