/** stars.*: what a person keeps for themselves. Apps of today cannot show it to anybody, but Slack still takes it. */
import { isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { integer, text, timestamp } from '../../wire/arguments.ts';
import type { Json } from '../../workspace/json.ts';
import type { StarredItem } from '../../workspace/model.ts';
import { addStar, removeStar, starShape, starsOf } from '../../workspace/stars.ts';
import { visibleConversation, visibleMessage } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

const LIST_SIZE = 100;

const itemArguments = {
  channel: text.optional({ invalid: 'channel_not_found' }),
  timestamp: timestamp.optional({ invalid: 'bad_timestamp' }),
  file: text.optional(),
  file_comment: text.optional(),
};

export const starMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'stars.add',
    tier: 2,
    tokens: ['user'],
    scopes: ['stars:write'],
    args: itemArguments,
    run(call, args) {
      const item = itemOf(call, args);
      if (isRefusal(item)) return item;
      return addStar(call.world, call.team, { ...item, userId: call.token.userId })
        ? { ok: true }
        : refuse('already_starred');
    },
  }),
  teamMethod({
    name: 'stars.remove',
    tier: 2,
    tokens: ['user'],
    scopes: ['stars:write'],
    args: itemArguments,
    run(call, args) {
      const item = itemOf(call, args);
      if (isRefusal(item)) return item;
      return removeStar(call.world, call.team, { ...item, userId: call.token.userId })
        ? { ok: true }
        : refuse('not_starred');
    },
  }),
  teamMethod({
    name: 'stars.list',
    tier: 3,
    tokens: ['user'],
    scopes: ['stars:read'],
    args: {
      cursor: text.optional(),
      limit: integer.lenient(),
      count: integer.lenient(),
      page: integer.lenient(),
      team_id: text.optional(),
    },
    run({ team, token }, { cursor, limit, count }) {
      const stars = starsOf(team, token.userId);
      const asked = limit ?? count;
      const page = paginate(stars, ({ channel, message }) => `${channel.id} ${message?.ts ?? ''}`, {
        cursor,
        limit: asked,
        defaultLimit: LIST_SIZE,
        onBadLimit: 'default',
      });
      // The page of the method names no code for a bad cursor.
      if (isRefusal(page)) return refuse('invalid_arguments');
      return {
        ok: true,
        items: page.items.map((star) => starShape(team, star)),
        paging: pagingOf(stars.length, asked),
        response_metadata: { next_cursor: page.nextCursor },
      };
    },
  }),
];

/** Of the days before cursors, which are what counts. (@slack/web-api, StarsListResponse) */
function pagingOf(total: number, asked: number | undefined): Json {
  const perPage = Math.max(1, Math.min(asked ?? LIST_SIZE, LIST_SIZE));
  return { per_page: perPage, spill: 0, page: 1, total, pages: Math.ceil(total / perPage) };
}

interface ItemArguments {
  channel: string | undefined;
  timestamp: string | undefined;
  file: string | undefined;
  file_comment: string | undefined;
}

/** A message, or without a timestamp the conversation itself. */
function itemOf(call: TeamCall, { channel, timestamp: ts, ...others }: ItemArguments): StarredItem | Refusal {
  if (others.file !== undefined) return refuse('file_not_found');
  if (others.file_comment !== undefined) return refuse('file_comment_not_found');
  if (channel === undefined) return refuse('no_item_specified');
  if (ts !== undefined) return visibleMessage(call, channel, { ts });
  const found = visibleConversation(call, channel);
  return isRefusal(found) ? found : { channel: found };
}
