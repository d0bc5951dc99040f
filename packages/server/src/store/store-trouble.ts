/**
 * What ails a database: a word for programs, and what it means and what to do for people. None of it names a path, a host or a
 * value, because /readyz shows it to anyone.
 */
import { type ErrorFacts, isBotServerError } from '../errors.ts';

export const storeTroubles = {
  disk_full: { what: 'the disk of the database is full', fix: 'Free space on the disk of the database.' },
  read_only: {
    what: 'the database is read-only',
    fix: 'Let the server write to the database: the primary and not a standby, a file and folder that are its own.',
  },
  damaged: { what: 'the database is damaged', fix: 'Stop the server and restore the database from a backup.' },
  missing: {
    what: 'the file of the database was deleted or replaced while it was in use',
    fix: 'Put the right file in its place and start the server again.',
  },
  io_error: { what: 'the disk of the database fails', fix: 'Look at the disk, and at the rights of file and folder.' },
  locked: {
    what: 'somebody else has locked the database, or it takes too long to write',
    fix: 'Find out what holds the lock, or what keeps the database busy.',
  },
  lock_lost: {
    what: 'the lock on the database is lost, and another server may use it',
    fix: 'Stop any other server on the database and start this one again.',
  },
  unreachable: {
    what: 'the database cannot be reached',
    fix: 'Check that it runs and takes connections, and the network between.',
  },
  not_allowed: {
    what: 'the database does not let the server in, or lets it do too little',
    fix: 'Check user, password and rights in the database.',
  },
  unavailable: { what: 'the database fails', fix: 'The log of the server says how.' },
} as const satisfies Record<string, { what: string; fix: string }>;

/** One of the words. */
export type StoreTrouble = keyof typeof storeTroubles;

/** What keeps events from being stored, and since when. */
export interface OngoingTrouble {
  trouble: StoreTrouble;
  /** By the wall clock, in milliseconds. */
  sinceMs: number;
}

/** By SQLite's primary result code. (https://sqlite.org/rescode.html) */
const bySqliteCode: Readonly<Record<number, StoreTrouble>> = {
  3: 'not_allowed',
  5: 'locked',
  6: 'locked',
  8: 'read_only',
  10: 'io_error',
  11: 'damaged',
  13: 'disk_full',
  14: 'io_error',
  26: 'damaged',
};

/** By PostgreSQL's code or its class, or Node's. (https://www.postgresql.org/docs/current/errcodes-appendix.html) */
const byCode: readonly (readonly [RegExp, StoreTrouble])[] = [
  [/^53100$/, 'disk_full'],
  [/^25006$/, 'read_only'],
  [/^(55P03|57014|40P01|25P0[34])$/, 'locked'],
  [/^(XX00[12]|58P01)$/, 'damaged'],
  [/^58030$/, 'io_error'],
  [/^(28|42501|3D000)/, 'not_allowed'],
  [/^(08|57P|53300|E[A-Z_]+$)/, 'unreachable'],
];

/** What the facts of an error of the store say; undefined when they say nothing. */
export function troubleIn({ trouble, sqliteCode, code }: ErrorFacts): StoreTrouble | undefined {
  if (typeof trouble === 'string' && Object.hasOwn(storeTroubles, trouble)) return trouble as StoreTrouble;
  if (typeof sqliteCode === 'number') return bySqliteCode[sqliteCode];
  return typeof code === 'string' ? byCode.find(([pattern]) => pattern.test(code))?.[1] : undefined;
}

/** What an error of the store says of the database. */
export function troubleOf(error: unknown): StoreTrouble {
  return (isBotServerError(error) ? troubleIn(error.facts) : undefined) ?? 'unavailable';
}
