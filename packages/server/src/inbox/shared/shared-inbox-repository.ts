/** The inbox that several nodes share: one statement per question; see shared-inbox.ts. PostgreSQL only. */

import type { Shard } from '../../ownership/ownership.ts';
import type { Statements, Store } from '../../store/store.ts';
import { selectEvents } from '../stored-events-repository.ts';
import { addAttempt } from '../takeover-repository.ts';
import { finishParams, listOf, textListOf, underClaim } from './claimed-writes-repository.ts';
import type { Claim, ClaimedRow, KnownRows, ReadyTeam, SharedInbox } from './shared-inbox.ts';

/** A SharedInbox whose writes elsewhere are counted, too: `noteSuperseded` with a claim for each row. */
export interface SharedRows extends SharedInbox {
  noteSuperseded(claims: readonly Claim[]): void;
}

export function createSharedInbox(store: Store, onSuperseded?: (claims: readonly Claim[]) => void): SharedRows {
  let superseded = 0;
  return {
    get superseded() {
      return superseded;
    },
    noteSuperseded(claims) {
      superseded += claims.length;
      if (claims.length > 0) onSuperseded?.(claims);
    },
    takeOver: (claims) => store.transaction({ about: [] }, (tx) => takeOver(tx, claims)),
    handBack: (rows) => handBack(store, rows),
    unseenTeams: (shards, except) => unseenTeams(store, shards, except),
    readyAmong: (seqs, page) =>
      selectEvents(store, "state = 'ready' and seq = any($1::bigint[])", [listOf(seqs)], page),
    async moveTeam(teamId, { claim, to, except }) {
      const { sql, params } = underClaim(
        `update inbox set shard = $1 where team_id = $2 and shard = $3 and state in ('ready', 'retry')
         and seq <> all($4::bigint[])`,
        [to, teamId, claim.shard, listOf(except)],
        claim,
      );
      return (await store.all(sql, params)).flatMap(({ seq }) => (seq === null ? [] : [Number(seq)]));
    },
  };
}

async function takeOver(tx: Statements, claims: readonly Claim[]): ReturnType<SharedInbox['takeOver']> {
  // Held until the end: nobody claims them meanwhile, and what is written here is of the newest epoch.
  const rows = await tx.all(
    `select shard from shard join unnest($1::integer[], $2::bigint[]) as given (shard, epoch) using (shard, epoch)
     order by shard for share of shard`,
    [listOf(claims.map(({ shard }) => shard)), listOf(claims.map(({ epoch }) => epoch))],
  );
  const shards = listOf(rows.map(({ shard }) => Number(shard)));
  const poisoned = await addAttempt(tx, {
    condition: (param) => `and shard = any($${param}::integer[])`,
    params: [shards],
  });
  const count = "select count(*) as total from inbox where state in ('ready', 'retry') and shard = any($1::integer[])";
  return { unfinished: Number((await tx.get(count, [shards]))?.total), poisoned };
}

async function handBack(store: Store, rows: readonly ClaimedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await store.run(
    `with given as (
       select * from unnest($1::bigint[], $2::integer[], $3::bigint[]) as given (seq, shard, epoch)
     ), current as (
       select shard, epoch from shard where shard = any($2::integer[]) order by shard for share
     )
     update inbox set attempts = attempts + 1, alone_at_ms = null
     from given join current using (shard, epoch) where inbox.seq = given.seq and state in ('ready', 'retry')`,
    finishParams(
      rows.map(({ seq }) => seq),
      rows.map(({ claim }) => claim),
    ),
  );
}

/**
 * Steps from team to team in the index of ready rows, and looks at as many rows of each as are known, and one more: whatever waits
 * behind them is not read. Subqueries that cannot become joins: what the planner makes of those depends on what it believes of sizes.
 */
async function unseenTeams(store: Store, shards: readonly Shard[], except: KnownRows): Promise<ReadyTeam[]> {
  const rows = await store.all(
    `with recursive ready (shard, team_id) as (
       select shard, (select min(team_id) from inbox where state = 'ready' and inbox.shard = owned.shard)
         from unnest($1::integer[]) as owned (shard)
       union all
       select shard, (select min(team_id) from inbox
           where state = 'ready' and inbox.shard = ready.shard and team_id > ready.team_id)
         from ready where team_id is not null
     )
     select ready.team_id, ready.shard, seq, event_id from ready cross join lateral (
       select seq, event_id from inbox where state = 'ready' and inbox.shard = ready.shard and inbox.team_id = ready.team_id
         and seq not in (select unnest($2::bigint[])) and event_id not in (select unnest($3::text[]))
       order by seq limit 1) as unseen
     where ready.team_id is not null`,
    [listOf(shards), listOf(except.seqs), textListOf(except.ids)],
  );
  return rows.map(({ team_id, shard, seq, event_id }) => ({
    teamId: String(team_id),
    shard: Number(shard),
    first: { seq: Number(seq), eventId: String(event_id) },
  }));
}
