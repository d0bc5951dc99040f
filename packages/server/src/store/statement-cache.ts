/** Prepared statements of one connection, the least recently used given up first. Also turns `$1` into SQLite's `?`. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqlValue } from './store.ts';

/** Multi-row statements have one text per row count; without a bound they would pile up. */
const MAX_STATEMENTS = 200;

/** Text with `?` and, for each of them, the index of its parameter. */
export interface Translated {
  sql: string;
  order: readonly number[];
  parameterCount: number;
}

/** Strings, quoted names and comments are kept; the group is the number of a parameter outside of them. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$(\d+)/g;

/**
 * Translates `$n` into plain `?`, which every supported Node binds in order. (`?n` counts as a named parameter in older
 * ones, and named parameters are searched for one by one: quadratic for an insert of many rows.)
 */
export function translate(sql: string): Translated {
  const order: number[] = [];
  const text = sql.replace(PIECES, (piece: string, digits: string | undefined) => {
    if (digits === undefined) return piece;
    order.push(Number(digits) - 1);
    return '?';
  });
  return { sql: text, order, parameterCount: order.length === 0 ? 0 : Math.max(...order) + 1 };
}

/** A prepared statement that takes its parameters in the order of their `$n` and returns rows as arrays. */
export interface Prepared {
  statement: StatementSync;
  /** @throws TypeError when the number of parameters is not the one that the text asks for */
  readonly bind: (params: readonly SqlValue[]) => SQLInputValue[];
}

export class StatementCache {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    // Taken out and put back, so that the map's order is the order of use.
    if (known) this.#statements.delete(sql);
    const prepared = known ?? prepare(this.#db, sql);
    this.#statements.set(sql, prepared);
    if (this.#statements.size > MAX_STATEMENTS) this.#forgetOldest();
    return prepared;
  }

  get size(): number {
    return this.#statements.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#statements.keys();
    if (oldest !== undefined) this.#statements.delete(oldest);
  }
}

function prepare(db: DatabaseSync, text: string): Prepared {
  const { sql, order, parameterCount } = translate(text);
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  const bind = (params: readonly SqlValue[]) => {
    // SQLite would silently bind null, or what the last call left there.
    if (params.length !== parameterCount) {
      throw new TypeError(`the statement takes ${parameterCount} parameters and was given ${params.length}`);
    }
    return order.map((index) => toSqlite(params[index]));
  };
  return { statement, bind };
}

function toSqlite(value: SqlValue | undefined): SQLInputValue {
  if (value === undefined) throw new TypeError('a parameter is undefined; null is how to store nothing');
  // A number is bound as a float unless it is a bigint, and 5 would read '5.0' when it is joined to a text.
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}
