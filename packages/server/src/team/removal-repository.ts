/** The wish of an operator that an installation be removed with all its data, as a row for the owner of the installation to carry out. */
import { markChanged } from './change-counter-repository.ts';
import type { InstallationKey } from './installation.ts';
import type { RepositoryContext } from './repository-context.ts';
import { about } from './subjects.ts';
import { insertTimelineEntry } from './timeline-repository.ts';

/** See Installations.askRemoval. */
export function askRemoval({ store }: RepositoryContext, key: InstallationKey): Promise<boolean> {
  return store.transaction({ about: about(key) }, async (tx) => {
    // Of this install alone: who registers again is not meant any more.
    if ((await tx.run('update installation set removal_install = install where key = $1', [key])) === 0) return false;
    await markChanged(tx, key);
    return true;
  });
}

/** See Installations.refuseRemoval. */
export function refuseRemoval(
  { store, clock }: RepositoryContext,
  key: InstallationKey,
  { install, why }: { install: number; why: string | null },
): Promise<boolean> {
  return store.transaction({ about: about(key) }, async (tx) => {
    const sql = 'update installation set removal_install = null where key = $1 and removal_install = $2';
    if ((await tx.run(sql, [key, install])) === 0) return false;
    await insertTimelineEntry(tx, key, { atMs: clock.now(), kind: REMOVAL_REFUSED, facts: { why } });
    await markChanged(tx, key);
    return true;
  });
}

/** The kind of the timeline's entry. */
export const REMOVAL_REFUSED = 'removal_refused';
