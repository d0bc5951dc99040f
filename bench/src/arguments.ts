/** The command line of the benchmarks. Pure: main.ts prints the error and chooses the exit code. */
import { parseArgs } from 'node:util';

/** What `bench connections` was asked to do. */
export interface ConnectionsArguments {
  command: 'connections';
  teams: number;
  rounds: number;
  /** Skips the contenders and measures that take minutes. */
  quick: boolean;
  json: boolean;
}

/** What the words ask for. */
export type BenchArguments = ConnectionsArguments | { command: 'help' };

/** A word that cannot be understood; the message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `usage: npm run bench -- connections [options]

  connections       memory, connecting and reconnecting of many RTM teams, against @slack/rtm-api and a plain client

  --teams N         how many teams are connected (default 1000; with --quick 100)
  --rounds N        how often each contender is measured (default 3; with --quick 1)
  --quick           a small run: shows that everything works, proves nothing
  --json            one JSON document in place of the table
  --help            this text`;

const defaults = { teams: 1_000, rounds: 3 } as const;
const quickDefaults = { teams: 100, rounds: 1 } as const;
/** More sockets than this need more ports than one loopback address has. */
const MAX_TEAMS = 20_000;
const MAX_ROUNDS = 20;

/** Reads the words behind `npm run bench --`. @throws UsageError */
export function parseArguments(words: readonly string[]): BenchArguments {
  const { values, positionals } = parse(words);
  if (values.help) return { command: 'help' };
  const [command, ...rest] = positionals;
  if (command === undefined) throw new UsageError('Name a benchmark: connections');
  if (command !== 'connections') throw new UsageError(`Unknown benchmark ${command}; there is: connections`);
  if (rest.length > 0) throw new UsageError(`Unexpected ${rest.join(' ')}`);
  const { teams, rounds } = values.quick ? quickDefaults : defaults;
  return {
    command,
    teams: wholeNumber('--teams', values.teams, { fallback: teams, max: MAX_TEAMS }),
    rounds: wholeNumber('--rounds', values.rounds, { fallback: rounds, max: MAX_ROUNDS }),
    quick: values.quick,
    json: values.json,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        teams: { type: 'string' },
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined, { fallback, max }: { fallback: number; max: number }) {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw new UsageError(`${name} must be a whole number from 1 to ${max}, not ${JSON.stringify(text)}`);
}
