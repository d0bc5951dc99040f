/**
 * Rows of nodes and shards on PostgreSQL. Every time in them is the database's (clock_timestamp(), which goes on within a
 * transaction). At READ COMMITTED each statement sees what was committed before it, and decides by what is in the row that it locks.
 */
import { readObject } from '../read-json.ts';
import type { OwnConnection, RunStatement } from '../store/own-connection.ts';
import { storeLocks } from '../store/postgres-lock-key.ts';
import type { Row, SqlValue } from '../store/store.ts';
import { isProvablyDead } from './dead-process.ts';
import type { DrainedShard, NodeFact, OwnedShard, PublishedState, ShardFact, Survey } from './node-model.ts';
import { FIRST_SOCKET_SLOT, type GainedShard, type Shard } from './ownership.ts';

/** This process, as the rows tell of it. */
export interface NodeIdentity {
  host: string;
  pid: number;
  packageVersion: string;
  schemaVersion: number;
  /** The fingerprint of the key with which it seals. */
  sealsWith: string;
  /** What people may want to know of it; small, and no secrets. */
  facts: Readonly<Record<string, string | number>>;
}

/** What a node finds when it looks, beside the rows themselves. */
export interface SurveyFacts {
  survey: Survey;
  /** Fingerprints of the keys with which tokens are sealed now: by live nodes, and by the last `keys rotate`. */
  sealedWith: readonly string[];
  /** The database's wall clock, in milliseconds. @defaultValue nobody knows */
  nowMs?: number;
}

export interface NodeRepository {
  /**
   * Begins a lease, and takes over the shards of an earlier one of this process whose epochs are still theirs. Again with the same id
   * when the answer was lost: then it may have begun already.
   * @returns false while somebody has the database alone (postgres-lock.ts), or it was migrated to what this version cannot read
   */
  join(nodeId: string, options: JoinOptions): Promise<boolean>;
  /** @returns false when the lease was over or its row is gone: nothing brings it back */
  renew(nodeId: string, options: { ttlMs: number; state: PublishedState }): Promise<boolean>;
  /** Deletes leases that are over, then reads all rows. */
  survey(): Promise<SurveyFacts>;
  /** Frees those of its own and of nobody, under an epoch of nobody, so that whoever claims them next takes it for a death. */
  disown(nodeId: string, shards: readonly OwnedShard[]): Promise<void>;
  /** Takes those of the shards that nobody has. */
  claim(nodeId: string, shards: readonly Shard[]): Promise<readonly GainedShard[]>;
  release(nodeId: string, shards: readonly DrainedShard[]): Promise<void>;
  leave(nodeId: string): Promise<void>;
}

interface JoinOptions {
  identity: NodeIdentity;
  ttlMs: number;
  state: PublishedState;
  adopt: readonly OwnedShard[];
  /** Of the earlier lease. */
  formerId: string | undefined;
}

/** No session has the server's lock of this schema. */
const IS_FREE = `not exists (select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 2
  and classid = ${storeLocks.server} and objid = hashtext(current_schema()) & 2147483647
  and database = (select oid from pg_database where datname = current_database()))`;

/** What no row of an installation says yet; null when that is nothing, or is of a claim that knew nothing of it. */
const UNTOLD_SINCE = 'case when untold_epoch = epoch then untold_since end';

const UNSERVED_MS = `round(extract(epoch from clock_timestamp() - unserved_since) * 1000) as unserved_ms,
  round(extract(epoch from clock_timestamp() - ${UNTOLD_SINCE}) * 1000) as untold_ms`;

/** See slot-sockets-repository.ts. */
const lostAt = (time: string) => `case when shard >= ${FIRST_SOCKET_SLOT}
  then coalesce(socket_lost_at_ms, (extract(epoch from ${time}) * 1000)::bigint) end`;

function msOf(time: string): string {
  return `(extract(epoch from ${time}) * 1000)::bigint`;
}

/**
 * One that was not issued before, also not by rows that are lost: a database that was taken back must not issue an epoch that somebody still
 * believes to have. So it goes by the time, in milliseconds; that of the statement, so that it is the same wherever the statement says it.
 */
const NEW_EPOCH = `greatest(epoch + 1, ${msOf('statement_timestamp()')})`;

const EXPIRES = `clock_timestamp() + $2 * interval '1 millisecond'`;

/** @param limitMs For each call, in milliseconds. */
export function createNodeRepository(connection: OwnConnection, { limitMs }: { limitMs: number }): NodeRepository {
  const limited = <T>(work: (run: RunStatement) => Promise<T>) => connection.run(work, { limitMs });
  return {
    join: (nodeId, options) => limited((run) => join(run, nodeId, options)),
    renew: (nodeId, { ttlMs, state }) =>
      limited(async (run) => {
        const renewed = await run(
          `update node set expires_at = ${EXPIRES}, renewed_at = clock_timestamp(), state = $3
             where id = $1 and expires_at > clock_timestamp() returning id`,
          [nodeId, ttlMs, state],
        );
        return renewed.length === 1;
      }),
    survey: () => limited(survey),
    disown: (nodeId, shards) => limited((run) => disown(run, nodeId, shards)),
    claim: (nodeId, shards) => limited((run) => claim(run, nodeId, shards)),
    release: (nodeId, shards) => limited((run) => release(run, nodeId, shards)),
    leave: (nodeId) => limited(async (run) => void (await run('delete from node where id = $1', [nodeId]))),
  };
}

async function join(run: RunStatement, nodeId: string, options: JoinOptions): Promise<boolean> {
  const { identity, ttlMs, state, adopt, formerId } = options;
  const { host, pid, packageVersion, schemaVersion, sealsWith, facts } = identity;
  // Whoever wants the database alone locks it, too, to see every node that is there, and has the lock by then.
  await run('lock table node in share row exclusive mode');
  await endLeasesOfDead(run);
  const joined = await run(
    `insert into node (id, expires_at, host, pid, package_version, schema_version, state, seals_with, facts)
       select $1, ${EXPIRES}, $3, $4, $5, $6, $7, $8, $9
       where ${IS_FREE} and (select oldest_reader from meta) <= $6::int
       on conflict (id) do update set expires_at = excluded.expires_at, renewed_at = clock_timestamp(), state = excluded.state
       returning id`,
    [nodeId, ttlMs, host, pid, packageVersion, schemaVersion, state, sealsWith, JSON.stringify(facts)],
  );
  if (joined.length === 1 && adopt.length > 0) await adoptShards(run, nodeId, { adopt, formerId });
  if (joined.length === 1 && formerId) await rejoined(run, nodeId, formerId);
  return joined.length === 1;
}

/** The former lease is not left to be found: as long as it is there, others keep a share for it. With it the process had stopped. */
async function rejoined(run: RunStatement, nodeId: string, formerId: string): Promise<void> {
  await endLeases(run, 'id = $1 and expires_at < clock_timestamp()', [formerId]);
  await run(
    `insert into event_fact (at_ms, node, kind, details) values (${msOf('clock_timestamp()')}, $1, 'started', '{}')`,
    [nodeId],
  );
}

/** When it renewed last and until when it could act, as `why` reads it (history/fact.ts): who died wrote no such row itself. */
const STOPPED_OVER = `insert into event_fact (at_ms, node, kind, details)
  select ${msOf('renewed_at')}, id, 'stopped', json_build_object('reason', 'lease_over',
    'toMs', ${msOf('least(expires_at, clock_timestamp())')})::text from over`;

/**
 * Deletes leases, and says since when their shards are not served: for certain until the last renewal, perhaps a moment longer. The
 * shards are freed here, before the reference to `node` would do it.
 */
async function endLeases(run: RunStatement, which: string, params: SqlValue[] = []): Promise<void> {
  await run(
    `with over as (delete from node where ${which} returning id, renewed_at, expires_at), told as (${STOPPED_OVER})
       update shard set owner = null, unserved_since = over.renewed_at,
         socket_lost_at_ms = ${lostAt('over.renewed_at')} from over where owner = over.id`,
    params,
  );
}

/** A server that was killed is started again on its machine, and need not wait for itself. */
async function endLeasesOfDead(run: RunStatement): Promise<void> {
  const nodes = await run('select id, pid, facts from node');
  const dead = nodes.filter(({ pid, facts }) => isProvablyDead({ pid: Number(pid), space: spaceIn(String(facts)) }));
  for (const { id } of dead) await endLeases(run, 'id = $1', [String(id)]);
}

function spaceIn(facts: string): unknown {
  return readObject(facts)?.pidSpace;
}

/** The epoch says that nobody had it meanwhile; whoever claims it at this moment changes that, and then waits for this row or we for his. */
async function adoptShards(
  run: RunStatement,
  nodeId: string,
  { adopt, formerId }: Pick<JoinOptions, 'adopt' | 'formerId'>,
): Promise<void> {
  await run(
    `update shard set owner = $1 from unnest($2::int[], $3::bigint[]) as mine (number, known_epoch)
       where shard = mine.number and epoch = mine.known_epoch and (owner is null or owner = $4) and is_clean = 0`,
    [nodeId, ...columns(adopt), formerId ?? null],
  );
}

/**
 * Locks what it deletes and looks again: a lease that is being renewed, or deleted by another node, is left to that. While the database
 * was away nobody could renew: each lease counts as renewed when the server started, or the first node that is back would take what
 * the others still have, with their connections. Nobody acts on such a lease: its node is fenced until it has joined again.
 */
async function survey(run: RunStatement): Promise<SurveyFacts> {
  await endLeases(
    run,
    `id in (select id from node where expires_at < clock_timestamp()
       and pg_postmaster_start_time() + (expires_at - renewed_at) < clock_timestamp() for update skip locked)`,
  );
  // In this order: a node whose row goes in between is gone, which fences it, and not only without its shards.
  const shards = await run(`select shard, owner, epoch, had_died, ${UNSERVED_MS} from shard order by shard`);
  const nodes = await run('select id, state, request, seals_with from node order by id');
  const [meta] = await run(
    'select key_fingerprint, round(extract(epoch from clock_timestamp()) * 1000) as now_ms from meta',
  );
  const sealing = nodes.map(({ seals_with: key }) => String(key));
  const current = typeof meta?.key_fingerprint === 'string' ? [meta.key_fingerprint] : [];
  return {
    survey: { nodes: nodes.map(toNode), shards: shards.map(toShard) },
    sealedWith: [...new Set([...current, ...sealing])],
    nowMs: Number(meta?.now_ms),
  };
}

/**
 * `owner is null` is read again in the locked row; who is alive is asked nowhere, because a snapshot could not tell. The
 * reference to `node` refuses a claim whose lease was deleted meanwhile, and frees one that is deleted later.
 */
async function claim(run: RunStatement, nodeId: string, shards: readonly Shard[]): Promise<readonly GainedShard[]> {
  const claimed = await run(
    `update shard set owner = $1, epoch = ${NEW_EPOCH}, had_died = 1 - is_clean, is_clean = 0,
         untold_since = coalesce(${UNTOLD_SINCE}, unserved_since), untold_epoch = ${NEW_EPOCH},
         socket_lost_at_ms = case when shard >= ${FIRST_SOCKET_SLOT} then coalesce(socket_lost_at_ms, -1) end
       where shard in (select shard from shard where shard = any($2::int[]) and owner is null for update skip locked)
         and exists (select 1 from node where id = $1 and expires_at > clock_timestamp())
       returning shard, epoch, had_died, ${UNSERVED_MS}`,
    [nodeId, arrayOf(shards)],
  );
  return claimed.map(toShard);
}

/** Names the epoch: a release that comes late must not end a later reign. */
async function release(run: RunStatement, nodeId: string, shards: readonly DrainedShard[]): Promise<void> {
  await run(
    `update shard set owner = null, is_clean = mine.clean, unserved_since = clock_timestamp(),
         socket_lost_at_ms = ${lostAt('clock_timestamp()')}
       from unnest($2::int[], $3::bigint[], $4::int[]) as mine (number, known_epoch, clean)
       where shard = mine.number and epoch = mine.known_epoch and owner = $1`,
    [nodeId, ...columns(shards), arrayOf(shards.map(({ isUnclean }) => (isUnclean ? 0 : 1)))],
  );
}

async function disown(run: RunStatement, nodeId: string, shards: readonly OwnedShard[]): Promise<void> {
  await run(
    `update shard set owner = null, epoch = ${NEW_EPOCH}, is_clean = 0,
         untold_since = ${UNTOLD_SINCE}, untold_epoch = ${NEW_EPOCH},
         unserved_since = case when owner is null then unserved_since else clock_timestamp() end,
         socket_lost_at_ms = ${lostAt('clock_timestamp()')}
       from unnest($2::int[], $3::bigint[]) as mine (number, known_epoch)
       where shard = mine.number and epoch = mine.known_epoch and (owner is null or owner = $1)`,
    [nodeId, ...columns(shards)],
  );
}

function columns(shards: readonly OwnedShard[]): [string, string] {
  return [arrayOf(shards.map(({ shard }) => shard)), arrayOf(shards.map(({ epoch }) => epoch))];
}

/** As PostgreSQL writes an array: parameters of a statement are texts and numbers. */
function arrayOf(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}

function toNode({ id, state, request }: Row): NodeFact {
  return { nodeId: String(id), state: state as PublishedState, isAskedToDrain: request === 'drain' };
}

function toShard(row: Row): ShardFact {
  const { shard, owner, epoch, had_died: hadDied, unserved_ms: unservedMs, untold_ms: untoldMs } = row;
  return {
    shard: Number(shard),
    owner: typeof owner === 'string' ? owner : null,
    epoch: Number(epoch),
    hadDied: hadDied === 1,
    ...(unservedMs !== null && { unservedMs: Number(unservedMs) }),
    ...(untoldMs !== null && { untoldMs: Number(untoldMs) }),
  };
}
