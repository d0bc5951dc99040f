/** bookmarks.*: links at the top of a conversation. */
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, text } from '../../wire/arguments.ts';
import {
  addBookmark,
  type BookmarkFacts,
  bookmarkShape,
  editBookmark,
  MAX_BOOKMARKS,
} from '../../workspace/bookmarks.ts';
import { emojiName } from '../../workspace/emoji.ts';
import type { Bookmark, Channel } from '../../workspace/model.ts';
import { visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const where = { channel_id: text.required({ invalid: 'channel_not_found' }) };
const which = { ...where, bookmark_id: text.required({ invalid: 'not_found' }) };
const said = { title: text.optional(), link: text.optional(), emoji: text.optional() };
const addArguments = {
  ...where,
  ...said,
  title: text.required(),
  type: text.required({ empty: 'invalid_bookmark_type' }),
};
const editArguments = { ...which, ...said };

const write = { tier: 2, scopes: ['bookmarks:write'] } as const;

export const bookmarkMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'bookmarks.add', ...write, args: addArguments, run: add }),
  teamMethod({ name: 'bookmarks.edit', ...write, args: editArguments, run: edit }),
  teamMethod({
    name: 'bookmarks.remove',
    ...write,
    args: which,
    run(call, args) {
      const place = findBookmark(call, args);
      if (isRefusal(place)) return place;
      place.channel.bookmarks.splice(place.channel.bookmarks.indexOf(place.bookmark), 1);
      return { ok: true };
    },
  }),
  teamMethod({
    name: 'bookmarks.list',
    tier: 3,
    scopes: ['bookmarks:read'],
    args: where,
    run(call, args) {
      const channel = visibleConversation(call, args.channel_id);
      if (isRefusal(channel)) return channel;
      return { ok: true, bookmarks: channel.bookmarks.map((bookmark) => bookmarkShape(channel, bookmark)) };
    },
  }),
];

function add(call: TeamCall, args: ArgumentsOf<typeof addArguments>): Answer {
  const channel = visibleConversation(call, args.channel_id);
  if (isRefusal(channel)) return channel;
  if (args.type !== 'link') return refuse('invalid_bookmark_type');
  const facts = checked(call, { ...args, link: args.link ?? '' });
  if (isRefusal(facts)) return facts;
  if (channel.bookmarks.length >= MAX_BOOKMARKS) return refuse('too_many_bookmarks');
  const { token, app, world } = call;
  const { title = args.title, link = '', emoji = '' } = facts;
  const bookmark = addBookmark(world, channel, { title, link, emoji, userId: token.userId, appId: app.id });
  return { ok: true, bookmark: bookmarkShape(channel, bookmark) };
}

function edit(call: TeamCall, args: ArgumentsOf<typeof editArguments>): Answer {
  const place = findBookmark(call, args);
  if (isRefusal(place)) return place;
  const facts = checked(call, args);
  if (isRefusal(facts)) return facts;
  editBookmark(call.world, place.bookmark, facts, call.token.userId);
  return { ok: true, bookmark: bookmarkShape(place.channel, place.bookmark) };
}

function findBookmark(
  call: TeamCall,
  args: { channel_id: string; bookmark_id: string },
): { channel: Channel; bookmark: Bookmark } | Refusal {
  const channel = visibleConversation(call, args.channel_id);
  if (isRefusal(channel)) return channel;
  const bookmark = channel.bookmarks.find(({ id }) => id === args.bookmark_id);
  return bookmark ? { channel, bookmark } : refuse('not_found');
}

/** What was said, with a link that leads somewhere and an emoji that there is. */
function checked({ team }: TeamCall, args: ArgumentsOf<typeof said>): Partial<BookmarkFacts> | Refusal {
  const { title, link, emoji } = args;
  if (link !== undefined && !/^https?:\/\/\S+$/.test(link)) return refuse('invalid_link');
  if (emoji !== undefined && emojiName(team, emoji) === undefined) return refuse('invalid_emoji');
  return Object.fromEntries(Object.entries({ title, link, emoji }).filter(([, value]) => value !== undefined));
}
