/** The command line of the benchmarks. Pure: main.ts prints the error and chooses the exit code. */
import { parseArgs } from 'node:util';
import { chaosTransports, faultKinds } from './chaos/evidence.ts';
import { clusterParts } from './cluster/evidence.ts';
import { listOf, storesOf, UsageError, wholeNumber } from './option-values.ts';

/** More sockets than this need more ports than one loopback address has. */
const MAX_TEAMS = 20_000;
const MAX_INSTALLATIONS = 1_000_000;
const MAX_SEED = 2 ** 32 - 1;

const options = {
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
} as const;

type Values = ReturnType<typeof parse>['values'];

const teams = (values: Values, fallback: number, { min = 1, max = MAX_TEAMS } = {}) =>
  wholeNumber('--teams', values.teams, { fallback, min, max });
const installations = (values: Values) => teams(values, 100_000, { max: MAX_INSTALLATIONS });
const rounds = (values: Values, fallback = 3) =>
  wholeNumber('--rounds', values.rounds, { fallback: values.quick ? 1 : fallback, max: 20 });
const seconds = (values: Values, fallback: number) => wholeNumber('--seconds', values.seconds, { fallback, max: 60 });
const stores = (values: Values, fallback = 'both') => storesOf(values.store ?? fallback);
/** A quick run skips what takes minutes. */
const shape = ({ quick = false, json = false }: Values) => ({ quick, json });

/** Each benchmark with the options that it takes, and what it makes of them. */
const benchmarks = {
  connections: {
    takes: ['teams', 'rounds', 'quick', 'json'],
    read: (values: Values) => ({
      teams: teams(values, values.quick ? 100 : 1_000),
      rounds: rounds(values),
      ...shape(values),
    }),
  },
  intake: {
    takes: ['store', 'ids', 'seconds', 'rounds', 'quick', 'json'],
    read: (values: Values) => ({
      rounds: rounds(values),
      seconds: seconds(values, values.quick ? 1 : 2),
      stores: stores(values, values.quick ? 'sqlite' : 'both'),
      ids: wholeNumber('--ids', values.ids, { fallback: values.quick ? 0 : 1_000_000, min: 0, max: 100_000_000 }),
      ...shape(values),
    }),
  },
  crash: {
    takes: ['kills', 'store'],
    read: (values: Values) => ({
      kills: wholeNumber('--kills', values.kills, { fallback: 20, max: 1_000 }),
      stores: stores(values),
    }),
  },
  fairness: {
    takes: ['backlog', 'rounds'],
    read: (values: Values) => ({
      backlog: wholeNumber('--backlog', values.backlog, { fallback: 100_000, max: 10_000_000 }),
      rounds: rounds(values),
    }),
  },
  attack: {
    takes: ['seconds', 'store'],
    read: (values: Values) => ({ seconds: seconds(values, 4), stores: stores(values) }),
  },
  start: {
    takes: ['teams', 'rounds', 'store'],
    read: (values: Values) => ({ teams: installations(values), rounds: rounds(values), stores: stores(values) }),
  },
  admin: {
    takes: ['teams', 'rate', 'seconds', 'rounds', 'store'],
    read: (values: Values) => ({
      teams: installations(values),
      rate: wholeNumber('--rate', values.rate, { fallback: 5_000, max: 50_000 }),
      seconds: seconds(values, 20),
      rounds: rounds(values),
      stores: stores(values),
    }),
  },
  chaos: {
    takes: ['minutes', 'seed', 'transport', 'nodes', 'teams', 'rate', 'faults', 'keep'],
    read: (values: Values) => ({
      minutes: wholeNumber('--minutes', values.minutes, { fallback: 10, max: 600 }),
      seed: wholeNumber('--seed', values.seed, { fallback: Date.now() % MAX_SEED, min: 0, max: MAX_SEED }),
      nodes: wholeNumber('--nodes', values.nodes, { fallback: 3, max: 16 }),
      teams: teams(values, 2_000, { min: 10 }),
      rate: wholeNumber('--rate', values.rate, { fallback: 40, max: 1_000 }),
      transports: listOf('--transport', values.transport ?? 'http,rtm', chaosTransports),
      /** Undefined: all. */
      kinds: values.faults === undefined ? undefined : listOf('--faults', values.faults, faultKinds),
      keep: values.keep,
    }),
  },
  observability: {
    takes: ['rounds', 'seconds'],
    read: (values: Values) => ({ rounds: rounds(values, 5), seconds: seconds(values, 5) }),
  },
  cluster: {
    takes: ['teams', 'rounds', 'only', 'quick', 'json'],
    read: (values: Values) => ({
      teams: teams(values, values.quick ? 30 : 300, { min: 10 }),
      rounds: rounds(values),
      parts: values.only === undefined ? clusterParts : listOf('--only', values.only, clusterParts),
      ...shape(values),
    }),
  },
  commands: {
    takes: ['rounds'],
    read: (values: Values) => ({ rounds: rounds(values) }),
  },
  gamebot: {
    takes: ['teams', 'quick'],
    read: (values: Values) => ({ teams: teams(values, values.quick ? 12 : 1_000, { min: 3 }) }),
  },
} as const satisfies Record<string, { takes: readonly (keyof typeof options)[]; read(values: Values): object }>;

type Benchmark = keyof typeof benchmarks;

/** What one benchmark was asked to do. */
export type ArgumentsOf<Name extends Benchmark> = { command: Name } & ReturnType<(typeof benchmarks)[Name]['read']>;

/** What the words ask for. */
export type BenchArguments = { [Name in Benchmark]: ArgumentsOf<Name> }[Benchmark] | { command: 'help' };

/** Reads the words behind `npm run bench --`. @throws UsageError */
export function parseArguments(words: readonly string[]): BenchArguments {
  const { values, positionals } = parse(words);
  if (values.help) return { command: 'help' };
  const [command, ...rest] = positionals;
  const known = Object.keys(benchmarks).join(', ');
  if (command === undefined) throw new UsageError(`Name a benchmark: ${known}`);
  if (!isBenchmark(command)) throw new UsageError(`Unknown benchmark ${command}; there are: ${known}`);
  if (rest.length > 0) throw new UsageError(`Unexpected ${rest.join(' ')}`);
  const { takes, read } = benchmarks[command];
  const foreign = Object.keys(values).filter((name) => !(takes as readonly string[]).includes(name));
  if (foreign.length > 0) throw new UsageError(`${command} takes no --${foreign.join(', --')}`);
  // The name and what is read belong to the same benchmark, which the compiler cannot see.
  return { command, ...read(values) } as BenchArguments;
}

function isBenchmark(word: string): word is Benchmark {
  return Object.hasOwn(benchmarks, word);
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
