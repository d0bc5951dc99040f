/** The command line of the benchmarks. Pure: main.ts prints the error and chooses the exit code. */
import { parseArgs } from 'node:util';
import { type ChaosTransport, chaosTransports, type FaultKind, faultKinds } from './chaos/evidence.ts';
import { type ClusterPart, clusterParts } from './cluster/evidence.ts';
import { type StoreName, storeNames } from './databases/databases.ts';

/** What `bench connections` was asked to do. */
export interface ConnectionsArguments {
  command: 'connections';
  teams: number;
  rounds: number;
  /** Skips the contenders and measures that take minutes. */
  quick: boolean;
  json: boolean;
}

/** What `bench intake` was asked to do. */
export interface IntakeArguments {
  command: 'intake';
  rounds: number;
  seconds: number;
  stores: readonly StoreName[];
  ids: number;
  quick: boolean;
  json: boolean;
}

/** What `bench crash` was asked to do. */
export interface CrashArguments {
  command: 'crash';
  kills: number;
  stores: readonly StoreName[];
}

/** What `bench fairness` was asked to do. */
export interface FairnessArguments {
  command: 'fairness';
  backlog: number;
  rounds: number;
}

/** What `bench attack` was asked to do. */
export interface AttackArguments {
  command: 'attack';
  seconds: number;
  stores: readonly StoreName[];
}

/** What `bench start` was asked to do. */
export interface StartArguments {
  command: 'start';
  teams: number;
  rounds: number;
  stores: readonly StoreName[];
}

/** What `bench admin` was asked to do. */
export interface AdminArguments {
  command: 'admin';
  teams: number;
  rate: number;
  seconds: number;
  rounds: number;
  stores: readonly StoreName[];
}

/** What `bench chaos` was asked to do. */
export interface ChaosArguments {
  command: 'chaos';
  minutes: number;
  seed: number;
  teams: number;
  nodes: number;
  rate: number;
  transports: readonly ChaosTransport[];
  /** Undefined: all. */
  kinds: readonly FaultKind[] | undefined;
  keep: string | undefined;
}

/** What `bench observability` was asked to do. */
export interface ObservabilityArguments {
  command: 'observability';
  rounds: number;
  seconds: number;
}

/** What `bench cluster` was asked to do. */
export interface ClusterArguments {
  command: 'cluster';
  teams: number;
  rounds: number;
  parts: readonly ClusterPart[];
  quick: boolean;
  json: boolean;
}

/** What `bench commands` was asked to do. */
export interface CommandsArguments {
  command: 'commands';
  rounds: number;
}

/** What `bench gamebot` was asked to do. */
export interface GamebotArguments {
  command: 'gamebot';
  teams: number;
}

/** What the words ask for. */
export type BenchArguments =
  | ConnectionsArguments
  | IntakeArguments
  | CrashArguments
  | FairnessArguments
  | AttackArguments
  | StartArguments
  | AdminArguments
  | ChaosArguments
  | ObservabilityArguments
  | ClusterArguments
  | CommandsArguments
  | GamebotArguments
  | { command: 'help' };

/** A word that cannot be understood; the message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const commands = [
  'connections',
  'intake',
  'crash',
  'fairness',
  'attack',
  'start',
  'admin',
  'chaos',
  'observability',
  'cluster',
  'commands',
  'gamebot',
] as const;

type Command = (typeof commands)[number];

/** Which benchmark takes which options. */
const optionsOf = {
  connections: ['teams', 'rounds', 'quick', 'json'],
  intake: ['store', 'ids', 'seconds', 'rounds', 'quick', 'json'],
  crash: ['kills', 'store'],
  fairness: ['backlog', 'rounds'],
  attack: ['seconds', 'store'],
  start: ['teams', 'rounds', 'store'],
  admin: ['teams', 'rate', 'seconds', 'rounds', 'store'],
  chaos: ['minutes', 'seed', 'transport', 'nodes', 'teams', 'rate', 'faults', 'keep'],
  observability: ['rounds', 'seconds'],
  cluster: ['teams', 'rounds', 'only', 'quick', 'json'],
  commands: ['rounds'],
  gamebot: ['teams', 'quick'],
} as const satisfies Record<Command, readonly string[]>;

const defaults = { teams: 1_000, rounds: 3, seconds: 2, ids: 1_000_000, store: 'both' } as const;
const quickDefaults = { teams: 100, rounds: 1, seconds: 1, ids: 0, store: 'sqlite' } as const;
const DEFAULT_KILLS = 20;
/** More sockets than this need more ports than one loopback address has. */
const MAX_TEAMS = 20_000;
const MAX_ROUNDS = 20;
const MAX_SECONDS = 60;
const MAX_IDS = 100_000_000;
const MAX_KILLS = 1_000;
const DEFAULT_ATTACK_SECONDS = 4;
const DEFAULT_INSTALLATIONS = 100_000;
const MAX_INSTALLATIONS = 1_000_000;
const adminDefaults = { rate: 5_000, seconds: 20 } as const;
const MAX_EVENTS_PER_SECOND = 50_000;
const DEFAULT_BACKLOG = 100_000;
const MAX_BACKLOG = 10_000_000;
const chaosDefaults = { minutes: 10, nodes: 3, teams: 2_000, rate: 40 } as const;
const observabilityDefaults = { rounds: 5, seconds: 5 } as const;
const clusterDefaults = { teams: 300, quickTeams: 30, minTeams: 10 } as const;
const gamebotDefaults = { teams: 1_000, quickTeams: 12 } as const;
const MAX_MINUTES = 600;
const MAX_NODES = 16;
const MAX_RATE = 1_000;
const MAX_SEED = 2 ** 32 - 1;

/** Reads the words behind `npm run bench --`. @throws UsageError */
export function parseArguments(words: readonly string[]): BenchArguments {
  const { values, positionals } = parse(words);
  if (values.help) return { command: 'help' };
  const [command, ...rest] = positionals;
  if (command === undefined) throw new UsageError(`Name a benchmark: ${commands.join(', ')}`);
  if (!isCommand(command)) throw new UsageError(`Unknown benchmark ${command}; there are: ${commands.join(', ')}`);
  if (rest.length > 0) throw new UsageError(`Unexpected ${rest.join(' ')}`);
  const foreign = Object.keys(values).filter((name) => !(optionsOf[command] as readonly string[]).includes(name));
  if (foreign.length > 0) throw new UsageError(`${command} takes no --${foreign.join(', --')}`);
  return argumentsOf(command, values);
}

function argumentsOf(command: Command, values: ReturnType<typeof parse>['values']): BenchArguments {
  const { quick = false, json = false } = values;
  const { teams, rounds, seconds, ids, store } = quick ? quickDefaults : defaults;
  switch (command) {
    case 'connections':
      return {
        command,
        teams: wholeNumber('--teams', values.teams, { fallback: teams, max: MAX_TEAMS }),
        rounds: wholeNumber('--rounds', values.rounds, { fallback: rounds, max: MAX_ROUNDS }),
        quick,
        json,
      };
    case 'intake':
      return {
        command,
        rounds: wholeNumber('--rounds', values.rounds, { fallback: rounds, max: MAX_ROUNDS }),
        seconds: wholeNumber('--seconds', values.seconds, { fallback: seconds, max: MAX_SECONDS }),
        stores: storesOf(values.store ?? store),
        ids: wholeNumber('--ids', values.ids, { fallback: ids, min: 0, max: MAX_IDS }),
        quick,
        json,
      };
    case 'crash':
      return {
        command,
        kills: wholeNumber('--kills', values.kills, { fallback: DEFAULT_KILLS, max: MAX_KILLS }),
        stores: storesOf(values.store ?? defaults.store),
      };
    case 'fairness':
      return {
        command,
        backlog: wholeNumber('--backlog', values.backlog, { fallback: DEFAULT_BACKLOG, max: MAX_BACKLOG }),
        rounds: wholeNumber('--rounds', values.rounds, { fallback: defaults.rounds, max: MAX_ROUNDS }),
      };
    case 'attack':
      return {
        command,
        seconds: wholeNumber('--seconds', values.seconds, { fallback: DEFAULT_ATTACK_SECONDS, max: MAX_SECONDS }),
        stores: storesOf(values.store ?? defaults.store),
      };
    case 'start':
      return {
        command,
        teams: wholeNumber('--teams', values.teams, { fallback: DEFAULT_INSTALLATIONS, max: MAX_INSTALLATIONS }),
        rounds: wholeNumber('--rounds', values.rounds, { fallback: defaults.rounds, max: MAX_ROUNDS }),
        stores: storesOf(values.store ?? defaults.store),
      };
    case 'admin':
      return {
        command,
        teams: wholeNumber('--teams', values.teams, { fallback: DEFAULT_INSTALLATIONS, max: MAX_INSTALLATIONS }),
        rate: wholeNumber('--rate', values.rate, { fallback: adminDefaults.rate, max: MAX_EVENTS_PER_SECOND }),
        seconds: wholeNumber('--seconds', values.seconds, { fallback: adminDefaults.seconds, max: MAX_SECONDS }),
        rounds: wholeNumber('--rounds', values.rounds, { fallback: defaults.rounds, max: MAX_ROUNDS }),
        stores: storesOf(values.store ?? defaults.store),
      };
    case 'observability':
      return {
        command,
        rounds: wholeNumber('--rounds', values.rounds, { fallback: observabilityDefaults.rounds, max: MAX_ROUNDS }),
        seconds: wholeNumber('--seconds', values.seconds, {
          fallback: observabilityDefaults.seconds,
          max: MAX_SECONDS,
        }),
      };
    case 'chaos':
      return {
        command,
        minutes: wholeNumber('--minutes', values.minutes, { fallback: chaosDefaults.minutes, max: MAX_MINUTES }),
        seed: wholeNumber('--seed', values.seed, { fallback: Date.now() % MAX_SEED, min: 0, max: MAX_SEED }),
        nodes: wholeNumber('--nodes', values.nodes, { fallback: chaosDefaults.nodes, max: MAX_NODES }),
        teams: wholeNumber('--teams', values.teams, { fallback: chaosDefaults.teams, min: 10, max: MAX_TEAMS }),
        rate: wholeNumber('--rate', values.rate, { fallback: chaosDefaults.rate, max: MAX_RATE }),
        transports: transportsOf(values.transport ?? 'http,rtm'),
        kinds: values.faults === undefined ? undefined : kindsOf(values.faults),
        keep: values.keep,
      };
    case 'commands':
      return {
        command,
        rounds: wholeNumber('--rounds', values.rounds, { fallback: defaults.rounds, max: MAX_ROUNDS }),
      };
    case 'gamebot': {
      const fallback = quick ? gamebotDefaults.quickTeams : gamebotDefaults.teams;
      return { command, teams: wholeNumber('--teams', values.teams, { fallback, min: 3, max: MAX_TEAMS }) };
    }
    case 'cluster': {
      const { teams: usual, quickTeams, minTeams: min } = clusterDefaults;
      return {
        command,
        teams: wholeNumber('--teams', values.teams, { fallback: quick ? quickTeams : usual, min, max: MAX_TEAMS }),
        rounds: wholeNumber('--rounds', values.rounds, { fallback: rounds, max: MAX_ROUNDS }),
        parts: values.only === undefined ? clusterParts : listOf('--only', values.only, clusterParts),
        quick,
        json,
      };
    }
  }
}

function isCommand(word: string): word is Command {
  return (commands as readonly string[]).includes(word);
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        teams: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        ids: { type: 'string' },
        store: { type: 'string' },
        kills: { type: 'string' },
        backlog: { type: 'string' },
        minutes: { type: 'string' },
        seed: { type: 'string' },
        nodes: { type: 'string' },
        rate: { type: 'string' },
        transport: { type: 'string' },
        faults: { type: 'string' },
        keep: { type: 'string' },
        only: { type: 'string' },
        quick: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function storesOf(name: string): readonly StoreName[] {
  if (name === 'both') return storeNames;
  const found = storeNames.filter((store) => store === name);
  if (found.length > 0) return found;
  throw new UsageError(`--store must be sqlite, postgres or both, not ${JSON.stringify(name)}`);
}

function transportsOf(names: string): readonly ChaosTransport[] {
  return listOf('--transport', names, chaosTransports);
}

function kindsOf(names: string): readonly FaultKind[] {
  return listOf('--faults', names, faultKinds);
}

function listOf<Name extends string>(option: string, names: string, known: readonly Name[]): readonly Name[] {
  return names.split(',').map((name) => {
    const found = known.find((one) => one === name.trim());
    if (found !== undefined) return found;
    throw new UsageError(`${option} must name ${known.join(', ')}, with commas; not ${JSON.stringify(name)}`);
  });
}

interface Bounds {
  fallback: number;
  /** @defaultValue 1 */
  min?: number;
  max: number;
}

function wholeNumber(name: string, text: string | undefined, { fallback, min = 1, max }: Bounds): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`);
}
