/** Replays of many failed events, and how far they are. */
import { z } from 'zod';
import { listReplays as readReplays } from '../../inbox/replays/replays-repository.ts';
import { wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isServed } from '../owner.ts';
import { replayRow, replayRowOf } from './replay-row.ts';

export const listReplays = defineOperation({
  name: 'replays.list',
  role: 'read',
  summary: 'replays of failed events and their progress',
  input: z.strictObject({ limit: wholeNumber(1, 100).default(20) }),
  output: z.object({ replays: z.array(replayRow).describe('The newest first.') }),
  errors: [],
  async run(context, { limit }) {
    const served = { isServed: await isServed(context) };
    return { replays: (await readReplays(context.store, limit)).map((replay) => replayRowOf(replay, served)) };
  },
});
