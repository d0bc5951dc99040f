/** What an operator sees of the nodes on a database, and asks of one. */
import type { Row, ServerHolder, Store } from '../store/store.ts';
import type { InstallationKey } from '../team/installation.ts';
import { shardOf } from '../team/shard.ts';

/** A server whose lease runs. */
export interface NodeRow {
  id: string;
  host: string;
  pid: number;
  state: string;
  /** Whether an operator asked it to drain. */
  isAskedToDrain: boolean;
  version: string;
  /** Shards of installations, and Socket Mode connections. */
  shards: number;
  sockets: number;
  /** The highest epoch under which it has a shard; 0 without any. */
  epoch: number;
  /** Since its last renewal, and until its lease is over, in milliseconds. */
  renewedMsAgo: number;
  leaseLeftMs: number;
}

/** The oldest first; none on SQLite, where one process has everything. */
export async function listNodes(store: Pick<Store, 'engine' | 'all'>): Promise<NodeRow[]> {
  if (store.engine === 'sqlite') return [];
  const rows = await store.all(
    `select id, host, pid, state, request, package_version,
       (select count(*) from shard where owner = node.id and shard < 256) as shards,
       (select count(*) from shard where owner = node.id and shard >= 256) as sockets,
       coalesce((select max(epoch) from shard where owner = node.id), 0) as epoch,
       round(extract(epoch from clock_timestamp() - renewed_at) * 1000) as renewed_ms,
       round(extract(epoch from expires_at - clock_timestamp()) * 1000) as left_ms
     from node where expires_at > clock_timestamp() order by started_at, id`,
  );
  return rows.map(toNode);
}

/** A lease that is over, and that no other server has found yet: when it was renewed last, and its end, in milliseconds. */
export interface EndedLease {
  id: string;
  renewedAtMs: number;
  endedAtMs: number;
}

/** Those of servers that were killed, while none runs that would delete them. */
export async function listEndedLeases(store: Pick<Store, 'engine' | 'all'>): Promise<EndedLease[]> {
  if (store.engine === 'sqlite') return [];
  const rows = await store.all(
    `select id, round(extract(epoch from renewed_at) * 1000) as renewed_ms,
       round(extract(epoch from expires_at) * 1000) as ended_ms
     from node where expires_at <= clock_timestamp() order by renewed_at, id`,
  );
  return rows.map(({ id, renewed_ms, ended_ms }) => ({
    id: String(id),
    renewedAtMs: Number(renewed_ms),
    endedAtMs: Number(ended_ms),
  }));
}

/** Those of these nodes of which there is no lease, not even one that is over; none on SQLite, where there are no leases. */
export async function withoutLease(store: Pick<Store, 'engine' | 'all'>, ids: readonly string[]): Promise<string[]> {
  if (store.engine === 'sqlite' || ids.length === 0) return [];
  const known = new Set((await store.all('select id from node')).map(({ id }) => String(id)));
  return ids.filter((id) => !known.has(id));
}

/** The server that does the work of an installation; undefined on SQLite, and while nobody does. */
export async function ownerOf(
  store: Pick<Store, 'engine' | 'get'>,
  key: InstallationKey,
): Promise<ServerHolder | undefined> {
  return await ownerOfShard(store, shardOf(key));
}

/** The same of a shard. */
export async function ownerOfShard(
  store: Pick<Store, 'engine' | 'get'>,
  shard: number,
): Promise<ServerHolder | undefined> {
  if (store.engine === 'sqlite') return undefined;
  const row = await store.get(
    `select node.pid, node.host from shard join node on node.id = shard.owner
     where shard.shard = $1 and node.expires_at > clock_timestamp()`,
    [shard],
  );
  return row && { pid: Number(row.pid), host: String(row.host) };
}

/** How many shards wait for an owner. */
export async function countOrphans(store: Pick<Store, 'get'>): Promise<number> {
  return Number(
    (await store.get('select count(*) as orphans from shard where owner is null and shard < 256'))?.orphans,
  );
}

/**
 * Whether a server started while others served the database. `unknown`: there are rows of older ones, of which nobody knows whether
 * they are dead; it is known when one has renewed its lease since, or the last one is over.
 */
export type StartedBeside = 'nobody' | 'others' | 'unknown';

/** @param nodeId Of the server that asks; of one that has lost its lease meanwhile it is known that it is no new one. */
export async function startedBeside(store: Pick<Store, 'engine' | 'get'>, nodeId: string): Promise<StartedBeside> {
  if (store.engine === 'sqlite') return 'nobody';
  const row = await store.get(
    `select count(*)::integer as elders, coalesce(max((elder.renewed_at > me.started_at)::integer), 0) as alive
     from node me join node elder on elder.id <> me.id and (elder.started_at, elder.id) < (me.started_at, me.id)
     where me.id = $1 and elder.expires_at > clock_timestamp()`,
    [nodeId],
  );
  if (Number(row?.alive) > 0) return 'others';
  return Number(row?.elders) > 0 ? 'unknown' : 'nobody';
}

/** The node sees it within a poll. */
export async function askToDrain(store: Pick<Store, 'run'>, id: string): Promise<void> {
  await store.run(`update node set request = 'drain' where id = $1`, [id]);
}

function toNode(row: Row): NodeRow {
  return {
    id: String(row.id),
    host: String(row.host),
    pid: Number(row.pid),
    state: String(row.state),
    isAskedToDrain: row.request === 'drain',
    version: String(row.package_version),
    shards: Number(row.shards),
    sockets: Number(row.sockets),
    epoch: Number(row.epoch),
    renewedMsAgo: Number(row.renewed_ms),
    leaseLeftMs: Number(row.left_ms),
  };
}
