/** A replay makes nothing more due. What is due runs. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { endReplay, findReplay } from '../../inbox/replays/replays-repository.ts';
import { next, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { counted } from '../why/words.ts';
import { replayRow, replayRowOf } from './replay-row.ts';

export const cancelReplay = defineOperation({
  name: 'replays.cancel',
  role: 'operate',
  summary: 'stop a replay; events that were not replayed yet stay failed',
  undo: 'events.replay with the same filters',
  async snapshot({ store }, { replay: id }) {
    const replay = await findReplay(store, id);
    return replay && { state: replay.state, replayed: replay.replayed, total: replay.total };
  },
  input: z.strictObject({ replay: wholeNumber(1, Number.MAX_SAFE_INTEGER) }),
  output: replayRow.extend({ changed: z.boolean().describe('False when it had ended.'), next }),
  errors: ['replay_not_found'],
  async run({ store, clock }, { replay: id }) {
    const changed = await endReplay(store, id, { state: 'cancelled', atMs: Math.floor(clock.now()) });
    const replay = await findReplay(store, id);
    if (!replay) throw new BotServerError('replay_not_found', `There is no replay ${id}`, { facts: { replay: id } });
    const left = replay.total - replay.replayed;
    const stay = `${counted(left, 'event')} ${left === 1 ? 'stays' : 'stay'} failed`;
    return { ...replayRowOf(replay, { isServed: true }), changed, next: changed ? stay : 'nothing: it had ended' };
  },
});
