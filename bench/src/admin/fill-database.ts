/** Gives a database with imported teams what years leave there: states, timelines and events that failed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresStore } from '../../../packages/server/src/store/postgres-store.ts';
import { openSqliteStore } from '../../../packages/server/src/store/sqlite-store.ts';
import type { Database, StoreName } from '../databases/databases.ts';
import { bodyOf, nthEvent } from '../events/event.ts';

export interface Contents {
  /** Timeline rows of each installation. */
  timelineRows: number;
  failedEvents: number;
}

/** Rows of one statement. */
const PAGE = 100;
const TEAMS = 1_000;

/** As one would find it; times are of the last thirty days. */
export async function fillDatabase(name: StoreName, { databaseUrl }: Database, contents: Contents): Promise<void> {
  const store = await (name === 'sqlite'
    ? openSqliteStore({ path: databaseUrl })
    : openPostgresStore({ url: databaseUrl }));
  const nowMs = Date.now();
  try {
    // One in ten was lost, for one of three reasons, one after the other; one in a thousand is in doubt.
    await store.run(
      `update installation set status = 'inactive', since_ms = $1 - 26000 * cast(substr(key, 8) as bigint),
         reason = case cast(substr(key, 8) as integer) / 10 % 3 when 0 then 'token_revoked' when 1 then 'account_inactive' else 'operator' end
       where substr(key, length(key)) = '7'`,
      [nowMs],
    );
    await store.run(
      `update installation set doubt = 'confirming', doubt_code = 'account_inactive', doubt_since_ms = $1
       where key like '%003' and status = 'active'`,
      [nowMs],
    );
    for (let row = contents.timelineRows; row > 0; row--) {
      await store.run(
        `insert into timeline (installation_key, at_ms, kind, facts) select key, $1, 'gap', '{"fromMs":1795000000000,"toMs":1795000004000}' from installation`,
        [nowMs - row * 3_600_000],
      );
    }
    for (let from = 0; from < contents.failedEvents; from += PAGE) {
      await store.together(Array.from({ length: PAGE }, (_, place) => failedEvent(from + place, nowMs)));
    }
    // As a database that has been used for a while knows.
    if (store.engine === 'postgres') await store.run('analyze');
  } finally {
    await store.close();
  }
}

const POLL_MS = 500;

/**
 * Waits for what happens once after an import and is another benchmark's subject (`bench start`): the server tells its bot of each installation
 * and writes down that it did. Then PostgreSQL does at once what it would do by itself in the minutes after so many writes.
 */
export async function settleDatabase(name: StoreName, { databaseUrl }: Database, signal: AbortSignal): Promise<void> {
  const store = await (name === 'sqlite'
    ? openSqliteStore({ path: databaseUrl, readOnly: true })
    : openPostgresStore({ url: databaseUrl }));
  try {
    while (await store.get('select 1 as untold from installation where told_install is null limit 1'))
      await sleep(POLL_MS, undefined, { signal });
    if (store.engine === 'postgres') {
      await store.run('vacuum analyze');
      await store.run('checkpoint');
    }
  } finally {
    await store.close();
  }
}

function failedEvent(number: number, nowMs: number) {
  const facts = nthEvent(number, String(number).padStart(12, '0'), { teams: TEAMS, channelsPerTeam: 5 });
  const body = new TextEncoder().encode(bodyOf(facts, Math.floor(nowMs / 1_000)));
  return {
    sql: `insert into inbox (event_id, shard, team_id, order_key, type, payload, state, error_code, error, error_at, received_at_ms)
      values ($1, 0, $2, $3, 'message', $4, 'failed', 'listener_failed', $5, $6, $7)`,
    params: [
      `EvFAILED${number}`,
      facts.teamId,
      facts.channel,
      body,
      `Cannot read properties of undefined (${number})`,
      `bot.ts:${number % 20}:7`,
      nowMs - number * 1_000,
    ],
  };
}
