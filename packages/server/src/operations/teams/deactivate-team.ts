/** The operator's verdict: nothing more is sent for the team. */
import { z } from 'zod';
import type { ServerHolder } from '../../store/store.ts';
import { deactivateNamed } from '../deactivation.ts';
import { next, server, teamId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { findOwner, serverNamed } from '../owner.ts';
import { teamSnapshot } from './team-snapshot.ts';

export const deactivateTeam = defineOperation({
  name: 'teams.deactivate',
  role: 'operate',
  summary: 'send nothing more for the team, and close its connection (transport rtm)',
  undo: 'teams.reactivate, when Slack still accepts the token; else the team installs the app again and has its data',
  snapshot: teamSnapshot,
  input: z.strictObject({ teamId }),
  output: z.object({
    teamId: z.string(),
    status: z.literal('inactive'),
    changed: z.boolean().describe('False when it was inactive already.'),
    server,
    next,
  }),
  errors: ['installation_not_found', 'data_conflict'],
  async run(context, { teamId: asked }) {
    const { installation, isChanged: changed } = await deactivateNamed(context, asked);
    // Who asked to have it back, and thought better of it.
    if (!changed && installation.request === 'probe')
      await context.installations.clearRequest(installation.key, installation.changedSeq);
    const owner = await findOwner(context, installation.key);
    return {
      teamId: asked,
      status: 'inactive' as const,
      changed,
      server: owner?.pid ?? null,
      next: wordsOf(changed, owner),
    };
  },
});

function wordsOf(changed: boolean, owner: ServerHolder | undefined): string {
  if (!changed) return 'nothing: it was inactive before';
  if (!owner) return 'no server is running; the next one sends nothing for it';
  return `${serverNamed(owner)} sends nothing more for it within a second; over RTM it closes its connection`;
}
