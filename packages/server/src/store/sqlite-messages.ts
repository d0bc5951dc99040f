/** What the store and its worker thread say to each other: calls in order, one reply each. */
import type { ErrorCode, ErrorFacts } from '../errors.ts';
import type { PackedParams } from './packed-params.ts';
import type { SqlValue } from './store.ts';

/** The path of a database in memory. Paths of files are absolute. */
export const IN_MEMORY = ':memory:';

/** How the worker opens its database; handed over as workerData. */
export interface WorkerSettings {
  path: string;
  readOnly: boolean;
  mayMigrate: boolean;
  busyTimeoutMs: number;
  transactionTimeoutMs: number;
  commitDelayMs: number;
}

/** What the worker is started for. */
export type WorkerTask =
  | { kind: 'session'; settings: WorkerSettings }
  | { kind: 'find-holder'; path: string }
  | { kind: 'copy'; path: string; copy: string; name: string }
  | { kind: 'read-backup'; path: string; name: string };

/** A statement; with `tx` it belongs to that transaction, without one it stands alone. */
interface StatementArguments {
  sql: string;
  params: readonly SqlValue[];
  tx?: number;
}

/** Several statements at once; `params` are those of all, one after the other. */
interface TogetherArguments {
  statements: { sql: string; paramCount: number }[];
  params: readonly SqlValue[];
}

/** `commit` and `rollback` end what `begin` started. */
interface TransactionArguments {
  tx: number;
}

/** What each call takes … */
interface Arguments {
  all: StatementArguments;
  get: StatementArguments;
  run: StatementArguments;
  together: TogetherArguments;
  begin: TransactionArguments;
  commit: TransactionArguments;
  rollback: TransactionArguments;
  open: object;
  lock: object;
  close: object;
}

/** Rows on their way: names once, because copying them with every row costs more than reading the rows. */
export interface Table {
  columns: string[];
  rows: SqlValue[][];
}

/** … and what it answers; `get` means the first row only. */
export interface Results {
  all: Table;
  get: Table;
  run: number;
  together: Table[];
  begin: undefined;
  commit: undefined;
  rollback: undefined;
  open: undefined;
  lock: undefined;
  close: undefined;
}

export type CallOf<Op extends keyof Results> = { op: Op } & Arguments[Op];

export type Call = { [Op in keyof Results]: CallOf<Op> }[keyof Results];

export type StatementCall = CallOf<'all'> | CallOf<'get'> | CallOf<'run'>;

export interface Request {
  id: number;
  call: Call;
}

/** A request whose parameters are packed; see packed-params.ts. */
export interface PackedRequest {
  id: number;
  call: (Omit<StatementCall, 'params'> | Omit<CallOf<'together'>, 'params'>) & { packed: PackedParams };
}

/** An error on its way out of the worker. `detail` is the engine's own words; parameters are in neither. */
export interface Failure {
  code: ErrorCode;
  message: string;
  facts: ErrorFacts;
  detail?: string;
}

export type WorkerMessage =
  | { kind: 'result'; id: number; value: Results[keyof Results] }
  | { kind: 'failed'; id: number; failure: Failure }
  /** The transaction held the database for too long and was rolled back. */
  | { kind: 'expired'; tx: number; failure: Failure }
  /** Another process may have the database by now. */
  | { kind: 'lock_lost'; failure: Failure };
