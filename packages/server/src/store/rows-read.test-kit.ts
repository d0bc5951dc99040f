/** How many rows statements on PostgreSQL read of tables and indexes: what they cost, however fast the machine is. */
import type { Queries, SqlValue } from './store.ts';

/**
 * Runs the work with a store whose `all` and `get` are explained.
 * @param table Whose rows are counted. @defaultValue all
 * @returns rows of every scan of every plan, what was thrown away included
 */
export async function rowsRead<S extends Queries>(
  store: S,
  work: (watched: S) => Promise<unknown>,
  table?: string,
): Promise<number> {
  let read = 0;
  const explain = async (sql: string, params?: readonly SqlValue[]) => {
    const [explained] = await store.all(`explain (analyze, format json) ${sql}`, params);
    read += rowsIn(JSON.parse(String(explained?.['QUERY PLAN'])), table);
  };
  const watched: Pick<Queries, 'all' | 'get'> = {
    async all(sql, params) {
      await explain(sql, params);
      return await store.all(sql, params);
    },
    async get(sql, params) {
      await explain(sql, params);
      return await store.get(sql, params);
    },
  };
  await work(new Proxy(store, { get: (target, name) => Reflect.get(name in watched ? watched : target, name) }));
  return read;
}

function rowsIn(plan: unknown, table: string | undefined): number {
  if (typeof plan !== 'object' || plan === null) return 0;
  const facts = plan as Record<string, unknown>;
  const relation = facts['Relation Name'];
  const isCounted = typeof relation === 'string' && (table ?? relation) === relation;
  const rows = Number(facts['Actual Rows']) + Number(facts['Rows Removed by Filter'] ?? 0);
  const own = isCounted ? rows * Number(facts['Actual Loops']) : 0;
  return Object.values(facts).reduce<number>((sum, part) => sum + rowsIn(part, table), own);
}
