/** Which hooks a change of an installation's row calls for. Pure. */
import type { BotServerEventName, BotServerEvents, InstalledFacts } from '../events.ts';
import { type Installation, type InstallationState, isAnswering } from './installation.ts';
import type { InstallationView } from './installations.ts';

/** One hook to be told, with its payload. */
export type Telling = {
  [Name in BotServerEventName]: { name: Name; payload: BotServerEvents[Name] };
}[BotServerEventName];

/** What was known of the installation before; undefined = it is new. */
export type Before = Pick<Installation, 'version' | 'state'> | undefined;

/** The state that hooks know of: what comes back in doubt, as one that was suspended and is held then, is not back yet. */
export function toldState(before: Before, now: InstallationState): InstallationState {
  if (!before || before.state.kind === 'active' || now.kind !== 'active' || isAnswering(now)) return now;
  return before.state;
}

/** The hooks between `before` and `view`, in the order in which they are told. `scopes` are those of its bot. */
export function tellingsOf(before: Before, view: InstallationView, scopes: readonly string[]): Telling[] {
  const metadata = view.installation.metadata ?? undefined;
  return view.teams.flatMap((team) => {
    const { teamId, name: teamName } = team;
    return [
      ...installTellings(before, view.installation, { teamId, teamName, scopes, metadata }),
      ...stateTellings(before, view.installation, teamId),
    ];
  });
}

function installTellings(before: Before, now: Installation, payload: InstalledFacts): Telling[] {
  if (!before) return [{ name: 'installed', payload }];
  if (before.version.install === now.version.install) return [];
  return [{ name: 'reinstalled', payload }];
}

function stateTellings(before: Before, now: Installation, teamId: string): Telling[] {
  const state = toldState(before, now.state);
  if (!before || before.state.kind === state.kind) return [];
  switch (state.kind) {
    case 'active':
      return [{ name: 'reactivated', payload: { teamId } }];
    case 'suspended':
      return [{ name: 'suspended', payload: { teamId, reason: state.reason } }];
    case 'inactive': {
      const payload = { teamId, reason: state.reason };
      return [
        { name: 'deactivating', payload },
        { name: 'deactivated', payload },
      ];
    }
  }
}
