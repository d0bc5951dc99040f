/** A message of the bot to one channel or person of a team. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { given, id, next, teamId } from '../fields.ts';
import { hasContent, messageFields, NO_CONTENT } from '../message-fields.ts';
import { defineOperation } from '../operation.ts';

export const sayToTeam = defineOperation({
  name: 'teams.say',
  role: 'operate',
  summary: 'post a message as the bot to a channel or a person of a team',
  undo: 'api.call chat.delete with the channel and ts of the answer',
  input: z
    .strictObject({
      teamId,
      to: id('the id of a channel or a person, for example C0GENERAL1 or U0ANN00001'),
      ...messageFields,
      thread: id('the ts of a message, for example 1795000000.000100').optional(),
    })
    .refine(hasContent, NO_CONTENT),
  output: z.object({
    teamId: z.string(),
    channel: z.string(),
    ts: z.string().nullable().describe('Null when the answer has none: the server is only compatible with Slack.'),
    next,
  }),
  errors: [
    'installation_not_found',
    'installation_not_active',
    'team_row_changed',
    'token_expired',
    'rate_limited',
    'slack_unreachable',
    'slack_refused',
    'sealed_value_unreadable',
  ],
  async run({ callAsTeam }, { teamId: asked, to, text, blocks, thread }) {
    const args = given({ channel: to, text, blocks, thread_ts: thread });
    const { ok, error, channel, ts } = await callAsTeam(asked, 'chat.postMessage', args);
    if (ok !== true) {
      const message = `Slack refuses the message to ${to} in team ${asked}: ${String(error)}`;
      throw new BotServerError('slack_refused', message, { facts: { teamId: asked, slackError: String(error) } });
    }
    const posted = { channel: typeof channel === 'string' ? channel : to, ts: typeof ts === 'string' ? ts : null };
    return { teamId: asked, ...posted, next: 'nothing: it is posted' };
  },
});
