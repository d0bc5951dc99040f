/** From SQLite's errors to ours: what happened in words an operator can act on, never a parameter. */
import { BotServerError } from '../errors.ts';
import type { Failure } from './sqlite-messages.ts';
import { storeTroubles, troubleIn } from './store-trouble.ts';

/** Primary result codes of SQLite that have a better explanation than SQLite's own. (https://sqlite.org/rescode.html) */
const explanations: Readonly<Record<number, string>> = {
  5: 'another process kept it locked for too long',
  6: 'another connection kept it locked for too long',
  8: 'it cannot be written: it was opened read-only, or its file or folder is write-protected',
  10: 'reading or writing its file failed',
  11: 'its file is damaged',
  13: 'the disk is full',
  14: 'its file cannot be opened; does its folder exist, and may this user write there?',
  26: 'its file is not an SQLite database',
};

/** SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH: it is the values of this statement that it does not take, now or ever. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([18, 19, 20]);

/** SQLITE_BUSY and SQLITE_LOCKED: somebody else holds the lock, trying again may help. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === 5 || code === 6;
}

/** SQLITE_FULL: no room on the disk. */
export function isFull(error: unknown): boolean {
  return resultCode(error) === 13;
}

/** SQLITE_NOTADB: the file does not begin like a database. */
export function isNoDatabase(error: unknown): boolean {
  return resultCode(error) === 26;
}

/** Turns whatever a call of the worker threw into a message. */
export function toFailure(error: unknown, path: string): Failure {
  if (error instanceof BotServerError) return { code: error.code, message: error.message, facts: error.facts };
  const detail = error instanceof Error ? error.message : String(error);
  const code = resultCode(error);
  const explanation = code === undefined ? detail : (explanations[code] ?? detail);
  const [kind, what] = REFUSALS.has(code)
    ? (['value_refused', 'refused a value'] as const)
    : (['store_unavailable', 'failed'] as const);
  return {
    code: kind,
    message: `The database ${path} ${what}: ${explanation}`,
    facts: code === undefined ? { path } : { path, sqliteCode: code },
    detail,
  };
}

/** The error that the caller of the store meets. */
export function fromFailure(failure: Failure): BotServerError {
  const cause = failure.detail === undefined ? {} : { cause: new Error(failure.detail) };
  const trouble = failure.code === 'store_unavailable' ? troubleIn(failure.facts) : undefined;
  const fix = trouble && { fix: storeTroubles[trouble].fix };
  return new BotServerError(failure.code, failure.message, { facts: failure.facts, ...cause, ...fix });
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  // Extended codes (SQLITE_IOERR_FSYNC, …) keep the primary one in the low byte.
  return error.errcode & 0xff;
}
