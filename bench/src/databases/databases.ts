/** Databases for servers under measurement: made once with teams and remembered ids, copied for each server process. */
import type { Team } from '../processes/messages.ts';

export const storeNames = ['sqlite', 'postgres'] as const;

export type StoreName = (typeof storeNames)[number];

/** What a server needs to open its copy. */
export interface Database extends AsyncDisposable {
  databaseUrl: string;
  encryptionKeys?: string;
}

/** All databases of one store; disposing of it deletes them. */
export interface Databases extends AsyncDisposable {
  readonly store: StoreName;
  /** How long `teams import` took for the teams, in milliseconds. */
  readonly importMs: number;
  /** Of PostgreSQL: the process whose children do the work. */
  readonly serverPid?: number;
  /** A database with the teams and so many ids of events that were handled. The first one with that number takes long. */
  copy(rememberedIds: number): Promise<Database>;
}

export interface DatabasesOptions {
  /** Everything is made in here. */
  directory: string;
  teams: readonly Team[];
  /** Told before an inbox is filled. */
  onProgress: (text: string) => void;
  signal: AbortSignal;
}

/** Rows of one statement while ids are filled in: large enough to be quick, small enough to be interrupted. */
export const FILL_PAGE = 100_000;
