/** Hands the database over to another Slack app. */
import { z } from 'zod';
import { countMove, moveApp as moveRows } from '../../team/app-move-repository.ts';
import { next } from '../fields.ts';
import { defineOperation } from '../operation.ts';

const appId = z
  .string('must be the id of an app, for example A0ACME0001')
  .regex(/^[A-Z0-9]{1,32}$/, 'must be 1 to 32 characters A–Z and 0–9, for example A0ACME0001')
  .meta({ description: 'The id of an app.', examples: ['A0ACME0001'] });

export const moveApp = defineOperation({
  name: 'app.move',
  role: 'operate',
  summary: 'move the database to another Slack app: teams keep their data and install that app (stop the server first)',
  undo: 'app.move the other way round; the tokens of before are lost, every team installs again',
  input: z
    .strictObject({
      from: appId,
      to: appId,
      dryRun: z.boolean('must be true or false').default(false).describe('Only count the installations.'),
    })
    .refine(({ from, to }) => from !== to, 'from and to must be two apps; they are the same'),
  output: z.object({
    from: z.string(),
    to: z.string(),
    installations: z.int().describe('How many wait for a re-install.'),
    next,
  }),
  errors: ['store_locked', 'app_mismatch'],
  // A running server knows its app and holds tokens, and none may start meanwhile.
  needsStoppedServer: true,
  async run({ store, clock }, { from, to, dryRun }) {
    if (dryRun) return { from, to, installations: await countMove(store, { from }), next: 'nothing was changed' };
    const installations = await moveRows(store, { from, to, nowMs: clock.now() });
    const next = `start the server with client id, secrets and tokens of ${to}, and send each workspace to /slack/install`;
    return { from, to, installations, next };
  },
});
