/** What lists of teams cost and in which order they come, on rows as years leave them: one in ten was lost, and few are what is asked for. */
import { describe, expect, it } from 'vitest';
import { rowsRead } from '../store/rows-read.test-kit.ts';
import { type Engine, engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';
import type { TeamCondition, TeamPlace } from './team-search.ts';
import { searchTeams } from './team-search-repository.ts';

const TEAMS = 20_000;

const keyOf = (n: number) => `T${100_000 + n}`;

/** Every 10th is inactive, but every 500th suspended; the last two of them since 9,000, the others since 1,000. */
async function withTeams(engine: Engine) {
  const store = await openTestStore({ engine });
  const ids = `with recursive numbered (n) as (select 1 union all select n + 1 from numbered where n < ${TEAMS})`;
  const key = `'T' || cast(100000 + n as text)`;
  await store.run(
    `insert into installation (key, is_enterprise, status, reason, since_ms, install, refresh, changed_seq, shard, created_at_ms, installed_at_ms)
     ${ids} select ${key}, 0, case when n % 500 = 0 then 'suspended' when n % 10 = 0 then 'inactive' else 'active' end,
       case when n % 10 = 0 then 'operator' end,
       case when n % 10 = 0 then case when n > ${TEAMS} - 20 then 9000 else 1000 end end, 1, 0, n, 0, 1, 1 from numbered`,
  );
  await store.run(
    `insert into team (team_id, installation_key, access, search) ${ids} select ${key}, ${key}, 'granted', lower(${key}) from numbered`,
  );
  await store.run('analyze');
  return store;
}

const lost: TeamCondition = { kind: 'property', property: 'status', anyOf: ['active'], isNegated: true };
const since: TeamCondition = { kind: 'since', atMs: 9_000 };

describe.each(engines)('teams of several statuses on %s', (engine) => {
  it('come in one order, page by page, each once', async () => {
    const reads = await withTeams(engine);
    const expected = Array.from({ length: TEAMS / 10 }, (_, at) => keyOf((at + 1) * 10));
    const seen: string[] = [];
    let after: TeamPlace | undefined;
    do {
      const { views, next } = await searchTeams({ reads, vault: plainSealer }, [lost], { after, limit: 300 });
      seen.push(...views.map(({ installation }) => installation.key));
      after = next;
    } while (after);
    expect(seen).toEqual(expected);
  });
});

it('PostgreSQL reads no installation of another status than those that are asked for', async () => {
  const store = await withTeams('postgres');
  const keys: string[] = [];
  const search = async (reads: typeof store) => {
    const { views } = await searchTeams({ reads, vault: plainSealer }, [lost, since], { limit: 5 });
    keys.push(...views.map(({ installation }) => installation.key));
  };
  const read = await rowsRead(store, search, 'installation');
  expect(keys).toEqual([keyOf(TEAMS - 10), keyOf(TEAMS)]);
  // Each that is lost once, and those that are shown once more.
  expect(read).toBeGreaterThanOrEqual(TEAMS / 10);
  expect(read).toBeLessThan(TEAMS / 10 + 10);
});
