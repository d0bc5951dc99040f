/** The operator knows that it is true: all that are held are deactivated, and those that were before are not asked again. */
import { z } from 'zod';
import { type Installation, isHeld } from '../../team/installation.ts';
import { deactivateAsOperator } from '../deactivation.ts';
import { next, server } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { type ActingServer, actingServer } from '../owner.ts';
import { incidentSnapshot, installationsOfIncident } from './incident-teams.ts';

const NONE_HELD = 'nothing: no team was held';

export const deactivateIncident = defineOperation({
  name: 'incident.deactivate',
  role: 'operate',
  summary: 'the teams are really gone: deactivate all held ones',
  undo: 'teams.reactivate for each of them, when Slack still accepts its token',
  snapshot: incidentSnapshot,
  input: z.strictObject({
    dryRun: z.boolean('must be true or false').default(false).describe('Only count those that are held.'),
  }),
  output: z.object({
    deactivated: z.int().describe('Of a dry run: how many would be.'),
    changed: z.int().describe('Changed at the same moment, and left alone.'),
    server,
    next,
  }),
  errors: [],
  async run(context, { dryRun }) {
    if (dryRun) {
      const { held } = await incidentSnapshot(context);
      const next = held === 0 ? NONE_HELD : 'nothing was changed';
      return { deactivated: held, changed: 0, server: await actingServer(context), next };
    }
    const counts = { deactivated: 0, changed: 0 };
    for (const installation of await installationsOfIncident(context)) {
      const outcome = await end(context, installation);
      if (outcome === 'deactivated') counts.deactivated++;
      if (outcome === 'changed') counts.changed++;
    }
    const acting = await actingServer(context);
    return { ...counts, server: acting, next: wordsOf(counts, acting) };
  },
});

async function end(context: OperationContext, installation: Installation) {
  if (isHeld(installation.state)) return await deactivateAsOperator(context, installation);
  const { key, version } = installation;
  await context.installations.setIncident(key, { version }, null);
  return undefined;
}

function wordsOf(counts: { deactivated: number; changed: number }, acting: ActingServer): string {
  if (counts.changed > 0) return 'some teams changed at the same moment: see what is held now';
  if (counts.deactivated === 0) return NONE_HELD;
  if (acting === null) return 'no server is running; the next one sends nothing for them';
  if (acting === 'several') return 'no server sends anything for them from the next second on';
  return 'the running server sends nothing for them from the next second on';
}
