/** Which hooks a change of an installation's row calls for. Pure. */
import type { BotServerEventName, BotServerEvents } from '../events.ts';
import type { Installation } from './installation.ts';
import type { InstallationView } from './installations.ts';

/** One hook to be told, with its payload. */
export type Telling = {
  [Name in BotServerEventName]: { name: Name; payload: BotServerEvents[Name] };
}[BotServerEventName];

/** What was known of the installation before; undefined = it is new. */
export type Before = Pick<Installation, 'version' | 'state'> | undefined;

/** The hooks between `before` and `view`, in the order in which they are told. */
export function tellingsOf(before: Before, view: InstallationView): Telling[] {
  return view.teams.flatMap((team) => {
    const { teamId, name: teamName } = team;
    return [
      ...installTellings(before, view.installation, { teamId, teamName }),
      ...stateTellings(before, view.installation, teamId),
    ];
  });
}

function installTellings(
  before: Before,
  now: Installation,
  team: { teamId: string; teamName: string | null },
): Telling[] {
  if (!before) return [{ name: 'installed', payload: team }];
  if (before.version.install === now.version.install) return [];
  return [{ name: 'reinstalled', payload: team }];
}

function stateTellings(before: Before, now: Installation, teamId: string): Telling[] {
  if (!before || before.state.kind === now.state.kind) return [];
  switch (now.state.kind) {
    case 'active':
      return [{ name: 'reactivated', payload: { teamId } }];
    case 'suspended':
      return [{ name: 'suspended', payload: { teamId, reason: now.state.reason } }];
    case 'inactive': {
      const payload = { teamId, reason: now.state.reason };
      return [
        { name: 'deactivating', payload },
        { name: 'deactivated', payload },
      ];
    }
  }
}
