/**
 * What hooks are still to be told of what has no row of an installation any more, or is no installation's: a purge, and an incident.
 * Written in the transaction of what happened, and taken out when the hooks have settled, so that a death in between loses none.
 */
import { readList } from '../read-json.ts';
import type { Statements } from '../store/store.ts';
import type { InstallationKey, TeamId } from './installation.ts';

/** A purge of which hooks were not told. */
export interface UntoldPurge {
  key: InstallationKey;
  install: number;
  teamIds: readonly TeamId[];
}

export interface OwedHooksRows {
  untoldPurges(): Promise<UntoldPurge[]>;
  /** Hooks have settled. */
  purgeTold(purge: Pick<UntoldPurge, 'key' | 'install'>): Promise<void>;
  /** Whether an incident is on, if hooks were told something else last. */
  untoldIncident(): Promise<boolean | undefined>;
  incidentTold(isOn: boolean): Promise<void>;
}

export function createOwedHooksRows(store: Pick<Statements, 'all' | 'get' | 'run'>): OwedHooksRows {
  return {
    async untoldPurges() {
      const rows = await store.all(
        'select installation_key, install, untold from purged_installation where untold is not null order by seq',
      );
      return rows.map(({ installation_key: key, install, untold }) => ({
        key: String(key),
        install: Number(install),
        teamIds: (readList(untold) ?? []).filter((id) => typeof id === 'string'),
      }));
    },
    async purgeTold({ key, install }) {
      await store.run('update purged_installation set untold = null where installation_key = $1 and install = $2', [
        key,
        install,
      ]);
    },
    async untoldIncident() {
      const row = await store.get('select tripped_at_ms, told from breaker');
      const isOn = row !== undefined && row.tripped_at_ms !== null;
      return Number(row?.told) === Number(isOn) ? undefined : isOn;
    },
    async incidentTold(isOn) {
      await store.run('update breaker set told = $1', [Number(isOn)]);
    },
  };
}
