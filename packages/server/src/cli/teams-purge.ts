/** `teams purge TEAM`: deletes an inactive team at once and for good. No hook is asked: the operator has decided. */
import { BotServerError } from '../errors.ts';
import type { PurgeOutcome } from '../team/installations.ts';
import { sweep } from '../wiring/create-purger.ts';
import type { Storage } from '../wiring/create-storage.ts';
import { withStorage } from './command-storage.ts';
import { say, sayJson } from './output.ts';
import { requireWhole } from './teams-command.ts';

/** Purges and says what was deleted. @throws BotServerError `installation_not_found`, `installation_in_use` */
export async function purgeTeam(teamId: string, options: { json?: boolean }): Promise<void> {
  await withStorage(async (storage) => {
    const outcome = await purge(storage, teamId);
    await sweep(storage, outcome.teamIds);
    if (options.json) return sayJson(outcome);
    const { teamIds, documents, events } = outcome;
    say(`${teamIds.join(', ')} purged, with documents: ${documents}, events that waited or failed: ${events}`);
    say('when it registers again it is a new team');
  });
}

async function purge({ installations }: Pick<Storage, 'installations'>, teamId: string): Promise<PurgeOutcome> {
  const facts = { teamId };
  const view = await installations.findByTeam(teamId);
  if (!view) throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts });
  requireWhole(view, teamId);
  const { key, version, state } = view.installation;
  if (state.kind !== 'inactive') {
    throw new BotServerError('installation_in_use', `Team ${teamId} is ${state.kind} and cannot be purged`, { facts });
  }
  const outcome = await installations.purge(key, { version, sinceMs: state.sinceMs });
  if (outcome) return outcome;
  throw new BotServerError('data_conflict', `Team ${teamId} changed at the same moment`, { facts });
}
