/** Proofs of which organization a workspace belongs to (see team-row-repository.ts), for rows that have none yet or one of an older key. */
import type { Row, Statements, Store } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';
import { toTeam } from './installation-rows.ts';
import { inUnits } from './small-units.ts';
import type { TokenSealer } from './token-sealer.ts';

const WORKSPACES = `select team.* from team join installation on key = installation_key
  where is_enterprise = 1 and team_id <> installation_key`;

/** Proves the workspaces of an organization as they stand there. Only for rows of before there were proofs. */
export async function bindEarlierTeams(vault: TokenSealer, tx: Statements, key: InstallationKey): Promise<void> {
  for (const row of await tx.all(`${WORKSPACES} and installation_key = $1 and binding is null`, [key])) {
    const team = toTeam(row);
    await setBinding(tx, row, vault.bindTeam(team));
  }
}

/** Whether it was noted that all rows of before are bound; the note only spares looking for them. */
export async function areTeamsBound(store: Store): Promise<boolean> {
  return (await store.get('select teams_bound from meta'))?.teams_bound === 1;
}

export async function noteTeamsBound(store: Store): Promise<void> {
  await store.run('update meta set teams_bound = 1');
}

interface RebindContext {
  store: Store;
  vault: TokenSealer & { isCurrent(binding: Uint8Array): boolean };
}

/** Rows that are read at once. */
const PAGE = 500;

/** Proves every membership under the first key whose proof is of another one. What is not proved stays as it is. */
export async function rebindTeams({ store, vault }: RebindContext): Promise<number> {
  let rebound = 0;
  for (let after = ''; ; ) {
    const rows = await store.all(
      `${WORKSPACES} and binding is not null and team_id > $1 order by team_id limit ${PAGE}`,
      [after],
    );
    const old = rows
      .filter(({ binding }) => !vault.isCurrent(binding as Uint8Array))
      .filter((row) => isProved(vault, row));
    const written = await inUnits(store, {
      rows: old,
      keyOf: (row) => String(row.installation_key),
      write: (tx, row) => setBinding(tx, row, vault.bindTeam(toTeam(row))),
    });
    rebound += written.filter(Boolean).length;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return rebound;
    after = String(last.team_id);
  }
}

function isProved(vault: TokenSealer, row: Row): boolean {
  return vault.provesTeam(row.binding as Uint8Array, toTeam(row));
}

/** By compare-and-set on what is proved: a running server may write the row at the same moment. */
async function setBinding(
  tx: Statements,
  { team_id: teamId = null, installation_key: key = null, access = null }: Row,
  binding: Uint8Array,
): Promise<boolean> {
  const changed = await tx.run(
    'update team set binding = $1 where team_id = $2 and installation_key = $3 and access = $4',
    [binding, teamId, key, access],
  );
  return changed > 0;
}
