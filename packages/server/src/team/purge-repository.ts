/** Deletes an installation for good. One transaction: all of it goes, or a re-install came first and nothing does. */
import type { Statements } from '../store/store.ts';
import { isOwnersWrite } from './epoch-repository.ts';
import type { InstallationKey } from './installation.ts';
import type { ExpectedInactive, PurgeCounts, PurgedInstallation, PurgeOutcome } from './installations.ts';
import type { RepositoryContext } from './repository-context.ts';
import { about } from './subjects.ts';
import { partitionTeams } from './team-row-repository.ts';

/** Deletes what other features keep of a team, in the same transaction; answers how much that was. */
export type PurgeTeam = (tx: Statements, teamId: string) => Promise<PurgeCounts>;

/** See Installations.purge. */
export function purgeInstallation(
  { store, vault, clock }: RepositoryContext,
  purgeTeam: PurgeTeam,
  { key, expected }: { key: InstallationKey; expected: ExpectedInactive },
): Promise<PurgeOutcome | undefined> {
  const { install, refresh } = expected.version;
  return store.transaction({ about: about(key) }, async (tx) => {
    if (!(await isOwnersWrite(store, tx, { key, epoch: expected.epoch }))) return undefined;
    const teamIds = await selectTeamIds(vault, tx, key);
    // One statement compares and deletes: whatever came in between, an install above all, wins. The rest cascades.
    const deleted = await tx.run(
      "delete from installation where key = $1 and install = $2 and refresh = $3 and status = 'inactive' and since_ms = $4",
      [key, install, refresh, expected.sinceMs],
    );
    if (deleted === 0) return undefined;
    const counts = { documents: 0, events: 0 };
    for (const teamId of teamIds) {
      const { documents, events } = await purgeTeam(tx, teamId);
      counts.documents += documents;
      counts.events += events;
    }
    // Last, because every change of the cluster draws its number from that row.
    const untold = expected.isToBeTold ? JSON.stringify(teamIds) : null;
    await notePurge(tx, { key, install, nowMs: clock.now(), untold });
    tx.notify('rows');
    return { teamIds, ...counts };
  });
}

/** The number that the first install of an unknown team counts on from. */
export async function lastPurgedInstall(tx: Statements): Promise<number> {
  const row = await tx.get('select purged_install from meta');
  return Number(row?.purged_install);
}

/** Only its own: a row that somebody changed must not take another team's data along. */
async function selectTeamIds(
  vault: RepositoryContext['vault'],
  tx: Statements,
  key: InstallationKey,
): Promise<string[]> {
  const sql = `select team.*, is_enterprise from team join installation on key = installation_key
    where installation_key = $1 order by team_id`;
  return partitionTeams(vault, await tx.all(sql, [key])).teams.map(({ teamId }) => teamId);
}

/** The row of `meta` is the lock: commit order is number order, as with changes of rows. */
async function notePurge(
  tx: Statements,
  { key, install, nowMs, untold }: { key: InstallationKey; install: number; nowMs: number; untold: string | null },
): Promise<void> {
  const row = await tx.get(
    `update meta set change_counter = change_counter + 1,
       purged_install = case when purged_install < $1 then $1 else purged_install end returning change_counter as seq`,
    [install],
  );
  await tx.run(
    `insert into purged_installation (installation_key, install, seq, purged_at_ms, untold) values ($1, $2, $3, $4, $5)
     on conflict (installation_key) do update set install = excluded.install, seq = excluded.seq,
       purged_at_ms = excluded.purged_at_ms, untold = excluded.untold`,
    [key, install, Number(row?.seq), nowMs, untold],
  );
}

/** See Installations.purgedSince. */
export async function purgedSince(store: Statements, seq: number, limit: number): Promise<PurgedInstallation[]> {
  const sql = 'select installation_key, install, seq from purged_installation where seq > $1 order by seq limit $2';
  const rows = await store.all(sql, [seq, limit]);
  return rows.map((row) => ({ key: String(row.installation_key), install: Number(row.install), seq: Number(row.seq) }));
}

/** See Installations.prunePurged. */
export function prunePurged(store: Statements, beforeMs: number): Promise<number> {
  return store.run('delete from purged_installation where purged_at_ms < $1 and untold is null', [beforeMs]);
}
