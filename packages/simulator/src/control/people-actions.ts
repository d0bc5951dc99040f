/** What people do through `/_sim` and the pages: write, with a line in the log. */
import type { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import { findPlace, type Place } from '../workspace/lookups.ts';
import { postMessage } from '../workspace/messages.ts';
import type { Message } from '../workspace/model.ts';
import { slackText } from '../workspace/slack-text.ts';
import type { World } from '../workspace/world.ts';
import type { messageBody } from './schemas.ts';

/**
 * A person writes.
 * @throws SimulatorError `not_found`, `invalid_input`
 */
export function writeAsPerson(
  { world, log }: { world: World; log: ActivityLog },
  body: z.output<typeof messageBody>,
): Place & { message: Message } {
  const place = findPlace(world, body);
  if (!place.channel.members.has(place.user.id)) {
    throw new SimulatorError('invalid_input', `${place.user.name} is not in ${place.channel.name || place.channel.id}`);
  }
  const draft = {
    text: slackText(body.text),
    userId: place.user.id,
    clientMsgId: world.ids.uuid(),
    threadTs: body.threadTs,
  };
  const message = postMessage(world, { team: place.team, channel: place.channel, draft });
  log.add({
    kind: 'message',
    team: place.team.id,
    channel: place.channel.id,
    text: `${place.user.name}: ${body.text}`,
  });
  return { ...place, message };
}
