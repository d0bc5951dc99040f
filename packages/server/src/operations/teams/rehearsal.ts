/**
 * Where a dry run happens: a database in memory that begins with what is stored of the teams that the lines are about. The same work is
 * done there as in a real run, so that each line meets what the lines before it would have written.
 */
import { createTeamData, type TeamData } from '../../data/team-data.ts';
import type { Vault } from '../../installation/sealing.ts';
import { openMemoryStore } from '../../store/sqlite-store.ts';
import type { Queries } from '../../store/store.ts';
import { copyTeams } from '../../team/copy-teams-repository.ts';
import { createInstallationRepository } from '../../team/installation-repository.ts';
import type { Clock } from '../../time/clock.ts';
import type { ImportedInto } from './import-lines.ts';

export interface Rehearsal extends AsyncDisposable {
  installations: ImportedInto;
  data: (teamId: string) => Pick<TeamData, 'get' | 'set'>;
  /** Fetches what is stored of these teams, unless it is there already. */
  onTeams: (teamIds: readonly string[]) => Promise<void>;
}

/** What is stored, which a rehearsal only reads. */
export interface RehearsalSource {
  reads: Queries;
  vault: Vault;
  clock: Clock;
  data: (teamId: string) => Pick<TeamData, 'get'>;
}

export async function openRehearsal({ reads, vault, clock, data }: RehearsalSource): Promise<Rehearsal> {
  const store = await openMemoryStore({ clock });
  const written = createTeamData({ store, clock });
  const copied = new Set<string>();
  return {
    installations: createInstallationRepository({ store, vault, clock }),
    data: (teamId) => ({
      get: async <T>(key: string) => (await written(teamId).get<T>(key)) ?? (await data(teamId).get<T>(key)),
      set: (key, value, options) => written(teamId).set(key, value, options),
    }),
    onTeams: (teamIds) => copyTeams({ from: reads, to: store, teamIds, copied }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}
