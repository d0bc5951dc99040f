/** The rows of broadcasts, one function per question. */
import { readObject } from '../read-json.ts';
import type { Row, SqlValue, Store } from '../store/store.ts';
import { whereOf } from '../team/team-search-repository.ts';
import {
  ANSWER_UNKNOWN,
  type Broadcast,
  type BroadcastMessage,
  type BroadcastPost,
  type BroadcastQuery,
  type CancelReason,
  type PostResult,
  type PostState,
  TO_INSTALLER,
} from './broadcast.ts';

export interface NewBroadcast {
  message: BroadcastMessage;
  query: BroadcastQuery;
  perMinute: number;
  who: string;
  askedAtMs: number;
}

/** Teams written with one statement: it must not hold up events. */
const PAGE = 1_000;

/** Active teams that their organization has let in; an organization itself has no channels. */
function matching(
  store: Pick<Store, 'engine'>,
  { search, teamId, conditions = [] }: BroadcastQuery,
  params: SqlValue[],
): string {
  const parts = ["i.status = 'active'", "t.access = 'granted'", 'not (i.is_enterprise = 1 and t.team_id = i.key)'];
  if (teamId !== undefined) parts.push(`t.team_id = $${params.push(teamId)}`);
  if (search !== undefined) parts.push(`t.search like $${params.push(`%${escaped(search)}%`)} escape '!'`);
  parts.push(...whereOf(store, conditions, params));
  return `team t join installation i on i.key = t.installation_key where ${parts.join(' and ')}`;
}

function escaped(search: string): string {
  return search.toLowerCase().replace(/[!%_]/g, '!$&');
}

/** How many teams match, and of how many of them nobody knows where to post: those are skipped. */
export async function countRecipients(
  store: Store,
  query: BroadcastQuery,
): Promise<{ teams: number; installerUnknown: number }> {
  const params: SqlValue[] = [];
  const isUnknown = query.to === TO_INSTALLER && query.orElse === undefined ? 'i.installed_by is null' : '1 = 0';
  const sql = `select count(*) as teams, coalesce(sum(case when ${isUnknown} then 1 else 0 end), 0) as unknown
    from ${matching(store, query, params)}`;
  const row = await store.get(sql, params);
  return { teams: Number(row?.teams), installerUnknown: Number(row?.unknown) };
}

/**
 * Writes it and its teams; it begins at the end, and is cancelled when the signal aborts or the store fails before. One whose writer dies
 * meanwhile never begins: a server cancels it, see stalled-writers.ts. Answers its number, and whether it begins.
 */
export async function createBroadcast(
  store: Store,
  { message, query, perMinute, who, askedAtMs }: NewBroadcast,
  { onPage, signal }: { onPage?: (teams: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<{ id: number; isRunning: boolean }> {
  const row = await store.get(
    'insert into broadcast (message, query, per_minute, who, asked_at_ms) values ($1, $2, $3, $4, $5) returning id',
    [JSON.stringify(message), JSON.stringify(query), perMinute, who, askedAtMs],
  );
  const id = Number(row?.id);
  let teams = 0;
  try {
    for (let after: string | null = ''; after !== null; ) {
      const page: string[] = await addTeams(store, { id, query, after });
      teams += page.length;
      onPage?.(teams);
      if (signal?.aborted) {
        await giveUpBroadcast(store, id, { from: 'filling', why: 'interrupted', atMs: askedAtMs });
        return { id, isRunning: false };
      }
      after = page.length < PAGE ? null : page.reduce((a, b) => (a > b ? a : b));
    }
  } catch (error) {
    // Where this fails as well a server finds it later.
    await giveUpBroadcast(store, id, { from: 'filling', why: 'writer_failed', atMs: askedAtMs }).catch(() => {});
    throw error;
  }
  // Somebody may have cancelled it meanwhile.
  const begun = await store.run("update broadcast set state = 'running' where id = $1 and state = 'filling'", [id]);
  return { id, isRunning: begun > 0 };
}

async function addTeams(
  store: Store,
  { id, query, after }: { id: number; query: BroadcastQuery; after: string },
): Promise<string[]> {
  const { to, orElse = null } = query;
  const params: SqlValue[] = [id, after];
  const target =
    to === TO_INSTALLER
      ? `coalesce(i.installed_by, cast($${params.push(orElse)} as text))`
      : `cast($${params.push(to)} as text)`;
  const rows = await store.all(
    `insert into broadcast_team (broadcast_id, team_id, shard, target, state, error)
     select cast($1 as bigint), team_id, shard, target, case when target is null then 'skipped' else 'waiting' end,
       case when target is null then 'installer_unknown' end
     from (select t.team_id, i.shard, ${target} as target from ${matching(store, query, params)}
       and t.team_id > $2 order by t.team_id limit ${PAGE}) as page returning team_id`,
    params,
  );
  return rows.map((row) => String(row.team_id));
}

/** One after the other, the oldest first. */
export async function nextBroadcast(store: Store): Promise<Broadcast | undefined> {
  const row = await store.get("select * from broadcast where state = 'running' order by id limit 1");
  return row && toBroadcast(row);
}

export async function findBroadcast(store: Store, id: number): Promise<Broadcast | undefined> {
  const row = await store.get('select * from broadcast where id = $1', [id]);
  return row && toBroadcast(row);
}

/** The newest first. */
export async function listBroadcasts(store: Store, limit: number): Promise<Broadcast[]> {
  return (await store.all('select * from broadcast order by id desc limit $1', [limit])).map(toBroadcast);
}

/** How many teams are in each state. */
export async function countPosts(store: Store, id: number): Promise<Record<PostState, number>> {
  const counts = { waiting: 0, sending: 0, sent: 0, failed: 0, skipped: 0 };
  const sql = 'select state, count(*) as teams from broadcast_team where broadcast_id = $1 group by state';
  for (const row of await store.all(sql, [id])) counts[row.state as PostState] = Number(row.teams);
  return counts;
}

export async function listPosts(
  store: Store,
  id: number,
  { state, afterTeam, limit }: { state?: PostState; afterTeam: string; limit: number },
): Promise<BroadcastPost[]> {
  const params: SqlValue[] = [id, afterTeam, limit];
  const isInState = state === undefined ? '' : `and state = $${params.push(state)}`;
  const sql = `select * from broadcast_team where broadcast_id = $1 and team_id > $2 ${isInState} order by team_id limit $3`;
  return (await store.all(sql, params)).map(toPost);
}

/** Posts that are not over, of these shards; where one process has all of them, of all. */
export async function openPosts(
  store: Store,
  id: number,
  { shards, afterTeam, limit }: { shards: readonly number[]; afterTeam: string; limit: number },
): Promise<BroadcastPost[]> {
  const params: SqlValue[] = [id, afterTeam, limit];
  const isOwn = ofShards(store, shards, params);
  const sql = `select * from broadcast_team where broadcast_id = $1 and team_id > $2 and state in ('waiting', 'sending') ${isOwn}
    order by team_id limit $3`;
  return (await store.all(sql, params)).map(toPost);
}

function ofShards({ engine }: Pick<Store, 'engine'>, shards: readonly number[], params: SqlValue[]): string {
  return engine === 'postgres' ? `and shard = any($${params.push(`{${shards.join(',')}}`)}::integer[])` : '';
}

export interface PostKey {
  broadcastId: number;
  teamId: string;
  /** The server that posts. */
  owner: string;
}

/**
 * Makes it this server's to post, if the broadcast goes on and nobody has posted it. Committed before Slack is asked, so that one that
 * was answered is never taken again.
 */
export async function takePost(store: Store, { broadcastId, teamId, owner }: PostKey, atMs: number): Promise<boolean> {
  const taken = await store.run(
    `update broadcast_team set state = 'sending', owner = $3, attempts = attempts + 1, at_ms = $4
     where broadcast_id = $1 and team_id = $2 and (state = 'waiting' or (state = 'sending' and owner <> $3))
     and exists (select 1 from broadcast where id = $1 and state = 'running')`,
    [broadcastId, teamId, owner, atMs],
  );
  return taken > 0;
}

/** Writes what came of it, unless another server has taken it over. */
export async function endPost(
  store: Store,
  { broadcastId, teamId, owner }: PostKey,
  result: PostResult,
  atMs: number,
): Promise<void> {
  const { channel, ts, error } = { channel: null, ts: null, error: null, ...result };
  await store.run(
    `update broadcast_team set state = $4, channel = $5, ts = $6, error = $7, at_ms = $8
     where broadcast_id = $1 and team_id = $2 and owner = $3 and (state = 'sending' or error = '${ANSWER_UNKNOWN}')`,
    [broadcastId, teamId, owner, result.state, channel, ts, error, atMs],
  );
}

/**
 * Ends what other servers began to post and never ended, where nobody will begin it again: in cancelled broadcasts. Of these shards; where
 * one process has all of them, of all. Answers how many.
 */
export async function endAbandoned(
  store: Store,
  { shards, owner, atMs }: { shards: readonly number[]; owner: string; atMs: number },
): Promise<number> {
  const params: SqlValue[] = [owner];
  const isMeant = `state = 'sending' and owner <> $1 ${ofShards(store, shards, params)}
    and broadcast_id in (select id from broadcast where state = 'cancelled')`;
  // Each second there is none: nothing is written then.
  const found = await store.all(`select 1 from broadcast_team where ${isMeant} limit 1`, params);
  if (found.length === 0) return 0;
  const sql = `update broadcast_team set state = 'failed', error = '${ANSWER_UNKNOWN}', at_ms = $${params.push(atMs)} where ${isMeant}`;
  return await store.run(sql, params);
}

/** There is nobody to post it to. */
export async function skipPost(
  store: Store,
  { broadcastId, teamId }: Omit<PostKey, 'owner'>,
  { error, atMs }: { error: string; atMs: number },
): Promise<void> {
  await store.run(
    `update broadcast_team set state = 'skipped', error = $3, at_ms = $4
     where broadcast_id = $1 and team_id = $2 and state in ('waiting', 'sending')`,
    [broadcastId, teamId, error, atMs],
  );
}

/** Ends it when nothing waits any more; answers whether this did. */
export async function finishBroadcast(store: Store, id: number, atMs: number): Promise<boolean> {
  const ended = await store.run(
    `update broadcast set state = 'done', ended_at_ms = $2 where id = $1 and state = 'running' and not exists
       (select 1 from broadcast_team where broadcast_id = $1 and state in ('waiting', 'sending'))`,
    [id, atMs],
  );
  return ended > 0;
}

/** Nothing more is begun; answers whether it had not ended. */
export async function cancelBroadcast(store: Store, id: number, atMs: number): Promise<boolean> {
  const sql = `update broadcast set state = 'cancelled', ended_at_ms = $2 where id = $1 and state in ('filling', 'running')`;
  return (await store.run(sql, [id, atMs])) > 0;
}

/** The same where no operator asks for it; one that is in another state by now goes on. */
export async function giveUpBroadcast(
  store: Store,
  id: number,
  { from, why, atMs }: { from: 'filling' | 'running'; why: CancelReason; atMs: number },
): Promise<boolean> {
  const sql = `update broadcast set state = 'cancelled', why = $4, ended_at_ms = $3 where id = $1 and state = $2`;
  return (await store.run(sql, [id, from, atMs, why])) > 0;
}

/** Those whose recipients are being prepared, and the last team of each that is there: its writer goes on behind that one. */
export async function listFilling(store: Store): Promise<{ id: number; lastTeam: string | null }[]> {
  const rows = await store.all(
    `select id, (select max(team_id) from broadcast_team where broadcast_id = broadcast.id) as last_team
     from broadcast where state = 'filling' order by id`,
  );
  return rows.map((row) => ({ id: Number(row.id), lastTeam: textOrNull(row.last_team) }));
}

export async function pruneBroadcasts(store: Store, beforeMs: number): Promise<number> {
  return await store.run("delete from broadcast where state <> 'running' and asked_at_ms < $1", [beforeMs]);
}

function toBroadcast(row: Row): Broadcast {
  return {
    id: Number(row.id),
    message: readObject(row.message),
    query: toQuery(row),
    perMinute: Number(row.per_minute),
    who: String(row.who),
    askedAtMs: Number(row.asked_at_ms),
    state: row.state as Broadcast['state'],
    endedAtMs: numberOrNull(row.ended_at_ms),
    why: textOrNull(row.why),
  };
}

function toQuery({ query }: Row): BroadcastQuery | undefined {
  const value = readObject(query);
  return typeof value?.to === 'string' ? { ...value, to: value.to } : undefined;
}

function toPost(row: Row): BroadcastPost {
  return {
    teamId: String(row.team_id),
    shard: Number(row.shard),
    target: textOrNull(row.target),
    state: row.state as PostState,
    owner: textOrNull(row.owner),
    attempts: Number(row.attempts),
    channel: textOrNull(row.channel),
    ts: textOrNull(row.ts),
    error: textOrNull(row.error),
    atMs: numberOrNull(row.at_ms),
  };
}

function numberOrNull(value: SqlValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function textOrNull(value: SqlValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
