/** The bot's own documents, by team: JSON with compare-and-set. Kept while a team is inactive, gone when it is purged. */
import { BotServerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { decodeCursor, encodeCursor } from './data-cursor.ts';
import { type Json, requireKey, toJsonText } from './json-document.ts';
import {
  addToDocument,
  type DocumentId,
  type DocumentRow,
  deleteDocument,
  insertDocument,
  replaceDocument,
  selectDocument,
  selectDocuments,
  selectDocumentsOf,
  upsertDocument,
} from './team-data-repository.ts';

/** A document; its version changes with each write and never comes back. */
export interface TeamDocument<T = Json> {
  value: T;
  version: number;
}

export interface WriteOptions {
  /** Write only if this is still the document's version; 0 = only if there is none. @defaultValue writes in any case */
  ifVersion?: number;
}

export interface DataListOptions {
  /** Only keys that start so. @defaultValue all keys */
  prefix?: string;
  /** Go on after this key. @defaultValue from the first one */
  afterKey?: string;
  /** At most this many, 1 to 1000. @defaultValue 100 */
  limit?: number;
}

export interface DataPageOptions extends Pick<DataListOptions, 'prefix' | 'limit'> {
  /** `nextCursor` of the page before. @defaultValue the first page */
  cursor?: string | undefined;
}

/** Some documents in the order of their keys, and where the next ones begin. */
export interface DataPage<T = Json> {
  documents: (TeamDocument<T> & { key: string })[];
  /** Undefined when these were the last. */
  nextCursor: string | undefined;
}

export const dataListDefaults = { prefix: '', afterKey: '', limit: 100 } as const satisfies Required<DataListOptions>;

/**
 * Documents of one team. A key has 1 to 200 characters, a value at most 256 KiB as JSON, whose texts come back as they were.
 * @throws BotServerError `invalid_input` or `store_unavailable`, from every method; `document_too_large` from those that write
 */
export interface TeamData {
  /** T is what the bot stored there; it is not checked. */
  get<T = Json>(key: string): Promise<TeamDocument<T> | undefined>;
  /** Answers the new version. @throws BotServerError `data_conflict` when the version is another one */
  set(key: string, value: unknown, options?: WriteOptions): Promise<number>;
  /**
   * Changes a document without losing anybody else's change: `change` gets the value (undefined when there is none) and
   * returns the new one, or undefined to leave it. It runs again when another write came in between.
   * @returns the document as it is now; undefined when there is none
   * @throws BotServerError `data_conflict` after 100 attempts
   * @example
   * await server.data(teamId).update<number>('greetings', (count = 0) => count + 1);
   */
  update<T = Json>(
    key: string,
    change: (value: T | undefined) => T | undefined | Promise<T | undefined>,
  ): Promise<TeamDocument<T> | undefined>;
  /** Answers whether there was one. @throws BotServerError `data_conflict` when the version is another one */
  delete(key: string, options?: WriteOptions): Promise<boolean>;
  /** The same of many keys at once, at most 1000; those without a document are not in the map. */
  getMany<T = Json>(keys: readonly string[]): Promise<Map<string, TeamDocument<T>>>;
  /**
   * Adds to a counter in one step, on however many nodes at once, and begins it at 0.
   * @param by A whole number. @defaultValue 1
   * @returns its new value
   * @throws BotServerError `invalid_input` when the document is not a whole number, or would exceed Number.MAX_SAFE_INTEGER
   */
  increment(key: string, by?: number): Promise<number>;
  /**
   * Documents in the order of their keys, page by page. What is written meanwhile may be in a later page; none comes twice.
   * @example
   * for (let cursor: string | undefined; ; ) {
   *   const { documents, nextCursor } = await data.page({ prefix: 'user:', cursor });
   *   if ((cursor = nextCursor) === undefined) break;
   * }
   */
  page<T = Json>(options?: DataPageOptions): Promise<DataPage<T>>;
  /** Documents in the order of their keys. */
  list<T = Json>(options?: DataListOptions): Promise<(TeamDocument<T> & { key: string })[]>;
}

interface Context {
  store: Store;
  clock: Pick<Clock, 'now'>;
}

/** Documents of one answer; with the largest values that is 256 MiB, which is why the default is less. */
const MAX_LIMIT = 1_000;
/** Of writers that meet, one wins in each round; so this many may change one document at the same moment. */
const MAX_ATTEMPTS = 100;

/** Answers the documents of a team by its id. @throws BotServerError `invalid_input` for what cannot be an id */
export function createTeamData(context: Context): (teamId: string) => TeamData {
  return (teamId) => {
    requireKey(teamId, 'A team id');
    const idOf = (key: string): DocumentId => ({ teamId, key: requireKey(key) });
    return {
      get: async <T>(key: string) => read<T>(context, idOf(key)),
      set: async (key, value, options = {}) => write(context, idOf(key), { value, ...options }),
      update: async (key, change) => update(context, idOf(key), change),
      delete: async (key, options = {}) => remove(context, idOf(key), options),
      getMany: async (keys) => readMany(context, teamId, keys),
      increment: async (key, by = 1) => increment(context, idOf(key), by),
      page: async (options = {}) => page(context, teamId, options),
      list: (options = {}) => list(context, teamId, options),
    };
  };
}

async function read<T>({ store }: Context, id: DocumentId): Promise<TeamDocument<T> | undefined> {
  const row = await selectDocument(store, id);
  return row && toTeamDocument<T>(row);
}

async function write(
  context: Context,
  id: DocumentId,
  { value, ifVersion }: WriteOptions & { value: unknown },
): Promise<number> {
  const version = await tryWrite(context, id, { text: toJsonText(value, id), ifVersion });
  if (version === undefined) throw conflict(id);
  return version;
}

function tryWrite(
  { store, clock }: Context,
  id: DocumentId,
  { text, ifVersion }: { text: string; ifVersion: number | undefined },
): Promise<number | undefined> {
  const content = { text, nowMs: clock.now() };
  if (ifVersion === undefined) return upsertDocument(store, id, content);
  if (ifVersion === 0) return insertDocument(store, id, content);
  return replaceDocument(store, id, { ...content, version: ifVersion });
}

async function update<T>(
  context: Context,
  id: DocumentId,
  change: (value: T | undefined) => T | undefined | Promise<T | undefined>,
): Promise<TeamDocument<T> | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await selectDocument(context.store, id);
    const value = await change(before && toTeamDocument<T>(before).value);
    if (value === undefined) return before && toTeamDocument<T>(before);
    const text = toJsonText(value, id);
    const version = await tryWrite(context, id, { text, ifVersion: before?.version ?? 0 });
    if (version !== undefined) return toTeamDocument<T>({ key: id.key, text, version });
  }
  throw conflict(id);
}

async function remove({ store }: Context, id: DocumentId, { ifVersion }: WriteOptions): Promise<boolean> {
  const deleted = await deleteDocument(store, id, ifVersion);
  if (!deleted && ifVersion !== undefined) throw conflict(id);
  return deleted;
}

async function readMany<T>(
  { store }: Context,
  teamId: string,
  keys: readonly string[],
): Promise<Map<string, TeamDocument<T>>> {
  if (!Array.isArray(keys) || keys.length > MAX_LIMIT) {
    throw new BotServerError('invalid_input', `getMany takes a list of at most ${MAX_LIMIT} keys`);
  }
  const wanted = Array.from(new Set(keys.map((key) => requireKey(key))));
  const rows = await selectDocumentsOf(store, { teamId, keys: wanted });
  return new Map(rows.map((row) => [row.key, toTeamDocument<T>(row)]));
}

async function increment({ store, clock }: Context, id: DocumentId, by: number): Promise<number> {
  if (!Number.isSafeInteger(by)) throw new BotServerError('invalid_input', `by must be a whole number; got ${by}`);
  const row = await addToDocument(store, id, { by, nowMs: clock.now() });
  if (row) return Number(row.text);
  const { teamId, key } = id;
  const message = `The document ${key} of team ${teamId} is not a whole number, or would exceed ${Number.MAX_SAFE_INTEGER}`;
  throw new BotServerError('invalid_input', message, { facts: { teamId, key } });
}

async function page<T>(
  context: Context,
  teamId: string,
  { cursor, ...options }: DataPageOptions,
): Promise<DataPage<T>> {
  const { limit } = { ...dataListDefaults, ...options };
  const place = cursor === undefined ? {} : { afterKey: decodeCursor(cursor) };
  const documents = await list<T>(context, teamId, { ...options, ...place });
  const last = documents.at(-1);
  return { documents, nextCursor: last && documents.length === limit ? encodeCursor(last.key) : undefined };
}

async function list<T>(
  { store }: Context,
  teamId: string,
  options: DataListOptions,
): Promise<(TeamDocument<T> & { key: string })[]> {
  const { prefix, afterKey, limit } = { ...dataListDefaults, ...options };
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new BotServerError('invalid_input', `limit is ${limit}; allowed are 1 to ${MAX_LIMIT}`);
  }
  const belowKey = firstAfterPrefix(prefix);
  const rows = await selectDocuments(store, { teamId, afterKey, fromKey: prefix, belowKey, limit });
  return rows.map((row) => ({ key: row.key, ...toTeamDocument<T>(row) }));
}

/** The first text, in the order of code points, that is behind all texts with this prefix; undefined when none is. */
function firstAfterPrefix(prefix: string): string | undefined {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.at(-1) === 0x10ffff) codePoints.pop();
  const last = codePoints.pop();
  if (last === undefined) return undefined;
  // Surrogates are no characters; the code point behind them is U+E000.
  return String.fromCodePoint(...codePoints, last === 0xd7ff ? 0xe000 : last + 1);
}

function toTeamDocument<T>(row: DocumentRow): TeamDocument<T> {
  return { value: JSON.parse(row.text), version: row.version };
}

function conflict({ teamId, key }: DocumentId): BotServerError {
  return new BotServerError('data_conflict', `The document ${key} of team ${teamId} was changed by another write`, {
    facts: { teamId, key },
  });
}
