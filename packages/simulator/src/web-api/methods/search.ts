/** search.*: what people find. Bots cannot search. (https://docs.slack.dev/reference/methods/search.messages) */
import { type Answer, isRefusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, integer, text } from '../../wire/arguments.ts';
import { canSee } from '../../workspace/channels.ts';
import { fileShape } from '../../workspace/file-shape.ts';
import type { Channel, Message } from '../../workspace/model.ts';
import { matchesMessage, readQuery, type SearchQuery } from '../../workspace/search-query.ts';
import { channelShape, type Json, messageShape, permalinkOf } from '../../workspace/slack-shapes.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

const DEFAULT_COUNT = 20;
const MAX_PER_PAGE = 100;
/** Lines that Slack wrote itself are not found. */
const FOUND: ReadonlySet<string> = new Set(['bot_message', 'me_message', 'thread_broadcast', 'file_share']);

const searchArguments = {
  query: text.required({ empty: 'no_query' }),
  count: integer.lenient(),
  page: integer.lenient(),
  cursor: text.optional(),
  highlight: flag.optional(),
  sort: text.optional(),
  sort_dir: text.optional(),
  team_id: text.optional(),
};
type SearchArguments = ArgumentsOf<typeof searchArguments>;

const facts = { tier: 2, tokens: ['user'], scopes: ['search:read'], args: searchArguments } as const;

export const searchMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'search.messages', ...facts, run: searchMessages }),
  teamMethod({ name: 'search.files', ...facts, run: searchFiles }),
  teamMethod({ name: 'search.all', ...facts, run: searchAll }),
];

interface Found {
  channel: Channel;
  message: Message;
}

function searchMessages(call: TeamCall, args: SearchArguments): Answer {
  const found = messagesFor(call, args);
  if (args.cursor === undefined) return { ok: true, query: args.query, messages: messagePage(call, found, args) };
  const page = paginate(found, ({ message }) => message.ts, {
    cursor: args.cursor === '*' ? undefined : args.cursor,
    limit: args.count,
    defaultLimit: DEFAULT_COUNT,
    maxLimit: MAX_PER_PAGE,
    onBadLimit: 'default',
  });
  if (isRefusal(page)) return refuse('invalid_cursor');
  const shown = { ...args, page: 1, count: Math.max(1, page.items.length) };
  const messages = { ...messagePage(call, page.items, shown), total: found.length };
  return { ok: true, query: args.query, messages, response_metadata: { next_cursor: page.nextCursor } };
}

function searchFiles(call: TeamCall, args: SearchArguments): Answer {
  return { ok: true, query: args.query, files: filePage(call, args) };
}

function searchAll(call: TeamCall, args: SearchArguments): Answer {
  const messages = messagePage(call, messagesFor(call, args), args);
  return { ok: true, query: args.query, messages, files: filePage(call, args), posts: { matches: [], total: 0 } };
}

/** Newest first: Slack's score of relevance is not known, and without one the newest counts most. */
function messagesFor(call: TeamCall, args: SearchArguments): Found[] {
  const query = readQuery(call.team, call.token.userId, args.query);
  const found: Found[] = [];
  for (const channel of call.team.channels.values()) {
    if (!canSee(channel, call.token.userId)) continue;
    for (const message of channel.messages) {
      const isFindable = message.subtype === undefined || FOUND.has(message.subtype);
      if (isFindable && matchesMessage(query, channel, message)) found.push({ channel, message });
    }
  }
  const direction = args.sort === 'timestamp' && args.sort_dir === 'asc' ? -1 : 1;
  return found.sort((one, other) => (one.message.ts < other.message.ts ? direction : -direction));
}

function messagePage(call: TeamCall, found: readonly Found[], args: SearchArguments): Json {
  const { team } = call;
  const query = readQuery(team, call.token.userId, args.query);
  const { items, ...paging } = pageOf(found, args);
  const matches = items.map((place) => {
    const shape = messageShape(team, place.message);
    const { user, username, text: words } = shape;
    return {
      iid: `${place.channel.id}-${place.message.ts}`,
      team: team.id,
      score: 0,
      channel: { ...channelShape(team, place.channel, call.token.userId) },
      type: 'message',
      user: user ?? null,
      username: username ?? team.users.get(String(user))?.name ?? '',
      ts: place.message.ts,
      ...(shape.blocks !== undefined && { blocks: shape.blocks }),
      ...(shape.attachments !== undefined && { attachments: shape.attachments }),
      ...(shape.files !== undefined && { files: shape.files }),
      text: args.highlight === true ? highlighted(String(words), query) : words,
      permalink: permalinkOf({ team, ...place }),
      no_reactions: place.message.reactions === undefined,
    };
  });
  return { matches, ...paging };
}

function filePage(call: TeamCall, args: SearchArguments): Json {
  const { team, world, token } = call;
  const query = readQuery(team, token.userId, args.query);
  const names = [...query.words, ...query.phrases];
  const files = world.files.list(team).filter((file) => {
    const title = `${file.name} ${file.title}`.toLowerCase();
    const places = [...file.shares.keys()].flatMap((id) => team.channels.get(id) ?? []);
    const isSeen = file.userId === token.userId || places.some((channel) => canSee(channel, token.userId));
    const isThere = query.channelIds === undefined || places.some(({ id }) => query.channelIds?.has(id));
    const isTheirs = query.userIds === undefined || query.userIds.has(file.userId);
    return isSeen && isThere && isTheirs && names.every((name) => title.includes(name));
  });
  const { items, ...paging } = pageOf(files, args);
  return { matches: items.map((file) => fileShape(team, file)), ...paging };
}

/** Pages by number, as search still has them. */
function pageOf<Item>(all: readonly Item[], args: SearchArguments): Json & { items: readonly Item[] } {
  const count = Math.min(Math.max(1, args.count ?? DEFAULT_COUNT), MAX_PER_PAGE);
  const page = Math.max(1, args.page ?? 1);
  const pages = Math.ceil(all.length / count);
  const start = (page - 1) * count;
  const items = all.slice(start, start + count);
  const last = start + items.length;
  return {
    items,
    total: all.length,
    paging: { count, total: all.length, page, pages },
    pagination: {
      total_count: all.length,
      page,
      per_page: count,
      page_count: pages,
      first: items.length ? start + 1 : 0,
      last,
    },
  };
}

/** Matches stand between two characters of Unicode's private use. (https://docs.slack.dev/reference/methods/search.messages) */
function highlighted(words: string, { words: wanted, phrases }: SearchQuery): string {
  const patterns = [...phrases, ...wanted].map((one) => one.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return patterns.length === 0 ? words : words.replaceAll(new RegExp(patterns.join('|'), 'gi'), '\uE000$&\uE001');
}
