/** pins.*: messages that a conversation keeps in sight. */

import { isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { timestamp } from '../../wire/arguments.ts';
import type { MessagePlace } from '../../workspace/message-edits.ts';
import { MAX_PINS, pinMessage, unpinMessage } from '../../workspace/pins.ts';
import { messageShape, permalinkOf, seconds } from '../../workspace/slack-shapes.ts';
import { channelArgument, visibleConversation, visibleMessage } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const pinArguments = { channel: channelArgument, timestamp: timestamp.optional({ invalid: 'bad_timestamp' }) };

export const pinMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'pins.add',
    tier: 2,
    scopes: ['pins:write'],
    args: pinArguments,
    run(call, args) {
      const place = itemOf(call, args);
      if (isRefusal(place)) return place;
      const { channel, message } = place;
      if (!channel.members.has(call.token.userId)) return refuse('not_in_channel');
      if (message.isPinned) return refuse('already_pinned');
      if (message.subtype === 'tombstone') return refuse('not_pinnable');
      if (channel.pins.length >= MAX_PINS) return refuse('too_many_pins');
      pinMessage(call.world, place, call.token.userId);
      return { ok: true };
    },
  }),
  teamMethod({
    name: 'pins.remove',
    tier: 2,
    scopes: ['pins:write'],
    args: pinArguments,
    run(call, args) {
      const place = itemOf(call, args);
      // A file is no item any more, and so is not pinned. (slackapi/java-slack-sdk, test_with_remote_apis/methods/pins_Test.java)
      if (isRefusal(place) && place.error === 'no_item_specified' && call.raw.file !== undefined)
        return refuse('no_pin');
      if (isRefusal(place)) return place;
      return unpinMessage(call.world, place, call.token.userId) ? { ok: true } : refuse('no_pin');
    },
  }),
  teamMethod({
    name: 'pins.list',
    tier: 2,
    scopes: ['pins:read'],
    args: { channel: channelArgument },
    run(call, args) {
      const channel = visibleConversation(call, args.channel);
      if (isRefusal(channel)) return channel;
      const { team } = call;
      const items = channel.pins.map(({ message, userId, atMs }) => ({
        type: 'message',
        channel: channel.id,
        created: seconds(atMs),
        created_by: userId,
        message: {
          ...messageShape(team, message),
          pinned_to: [channel.id],
          permalink: permalinkOf({ team, channel, message }),
        },
      }));
      return { ok: true, items };
    },
  }),
];

function itemOf(call: TeamCall, args: { channel: string; timestamp: string | undefined }): MessagePlace | Refusal {
  const channel = visibleConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  if (args.timestamp === undefined) return refuse('no_item_specified');
  return visibleMessage(call, args.channel, { ts: args.timestamp });
}
