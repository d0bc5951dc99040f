/** Servers that share a PostgreSQL database by leases (ownership/), as migrations, locks and the command line must know of them. */
import type { ClientBase } from 'pg';

/** A server whose lease runs. */
export interface LiveNode {
  id: string;
  host: string;
  pid: number;
}

/** The oldest first. None in a schema of before there were leases. */
export async function findLiveNodes(client: ClientBase): Promise<LiveNode[]> {
  if (!(await hasNodes(client))) return [];
  const { rows } = await client.query<LiveNode>(
    'select id, host, pid from node where expires_at > clock_timestamp() order by started_at, id',
  );
  return rows;
}

/** The same, when no server that starts at this moment may be missed: whoever joins waits for the end of the transaction. */
export async function findLiveNodesAlone(client: ClientBase): Promise<LiveNode[]> {
  if (await hasNodes(client)) await client.query('lock table node in share row exclusive mode');
  return await findLiveNodes(client);
}

export function nameNodes(nodes: readonly LiveNode[]): string {
  return nodes.map(({ pid, host }) => `pid ${pid} on ${host}`).join(', ');
}

async function hasNodes(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query("select to_regclass('node') is not null as found");
  return rows[0]?.found === 1 || rows[0]?.found === true;
}
