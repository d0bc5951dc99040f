/**
 * Runs statements on one connection: named where a text comes again, because parsing a long insert costs more than running it.
 * Behind a pooler none is: the name of one client would be another's text.
 */
import type { ClientBase, QueryResult } from 'pg';
import { isDirect } from './postgres-hosts.ts';
import { toParameters } from './postgres-values.ts';
import type { Row, SqlValue } from './store.ts';

/** Each named statement keeps its plan in the server's memory, about 1 MB for an insert of 200 rows, per connection. */
const MAX_NAMED = 100;
/** Texts seen once; when full it starts anew, and a text is named a little later. */
const MAX_SEEN = 500;

/** Which texts a connection knows by name. */
class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #seen = new Set<string>();

  /** The name of a text from its second use on, as long as there is room. */
  nameOf(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= MAX_NAMED) return known;
    if (!this.#seen.has(sql)) {
      if (this.#seen.size >= MAX_SEEN) this.#seen.clear();
      this.#seen.add(sql);
      return undefined;
    }
    this.#seen.delete(sql);
    const name = `s${this.#names.size + 1}`;
    this.#names.set(sql, name);
    return name;
  }
}

const namesByConnection = new WeakMap<ClientBase, StatementNames>();

function namesOf(client: ClientBase): StatementNames {
  const names = namesByConnection.get(client) ?? new StatementNames();
  namesByConnection.set(client, names);
  return names;
}

/**
 * Runs one statement. The connection must be idle.
 * @throws whatever `pg` throws; see postgres-failure.ts
 */
export async function runStatement(
  client: ClientBase,
  sql: string,
  params: readonly SqlValue[],
): Promise<QueryResult<Row>> {
  const name = isDirect(client) ? namesOf(client).nameOf(sql) : undefined;
  const values = toParameters(params);
  // Always the extended protocol: it takes one statement only, and checks the number of parameters even when there are none.
  const query = { text: sql, values, queryMode: 'extended', ...(name === undefined ? {} : { name }) };
  return await client.query<Row>(query);
}
