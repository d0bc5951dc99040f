/**
 * Binds the workspaces of organizations that were stored before there were proofs of that (see team-row-repository.ts), once, at the first
 * opening by this version. The SQL of a migration has no keys, so this follows it. Ended in the middle, it goes on next time.
 */
import { type ResealContext, type ResealCursor, resealPage } from './reseal-repository.ts';
import { areTeamsBound, noteTeamsBound } from './team-binding-repository.ts';

/** Does nothing once it was done. Every token is sealed anew: what can be opened in its first format was never bound. */
export async function bindTeamsOnce(context: ResealContext): Promise<void> {
  const { store } = context;
  if (await areTeamsBound(store)) return;
  let isAll = true;
  let after: ResealCursor | undefined;
  do {
    const { next, unreadable, changed } = await resealPage(context, after);
    isAll &&= unreadable.length === 0 && changed === 0;
    after = next;
  } while (after);
  if (isAll) await noteTeamsBound(store);
}
