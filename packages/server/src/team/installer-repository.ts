/** Who installed the app: read for exports only; what posts to that person asks in its own statement. */
import type { Queries } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';

/** The id of the person; null when it is not known. */
export async function selectInstaller(reads: Queries, key: InstallationKey): Promise<string | null> {
  const row = await reads.get('select installed_by from installation where key = $1', [key]);
  return typeof row?.installed_by === 'string' ? row.installed_by : null;
}
