/** What transactions of this feature are about; see Subject in store/store.ts. */
import type { Subject } from '../store/store.ts';
import type { InstallationKey, TeamId } from './installation.ts';

/**
 * Installations and workspaces, by key or id; null and undefined are none. The rows of an installation, those of its workspaces among
 * them, are read for a decision and written only by who is about it. A workspace comes in and goes by compare-and-set, too, because an
 * organization lists thousands that no row knows yet (workspace-repository.ts).
 */
export function about(...ids: readonly (InstallationKey | TeamId | null | undefined)[]): Subject[] {
  return ids.filter((id) => id !== null && id !== undefined).map((id): Subject => `installation:${id}`);
}
