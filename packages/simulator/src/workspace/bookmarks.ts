/** Bookmarks: links at the top of a conversation. (https://docs.slack.dev/reference/methods/bookmarks.add) */
import { type Json, seconds } from './json.ts';
import type { Bookmark, Channel } from './model.ts';
import type { World } from './world.ts';

/** Slack documents `too_many_bookmarks` without a number (a guess). */
export const MAX_BOOKMARKS = 100;

/** What may be said about a bookmark. */
export type BookmarkFacts = Pick<Bookmark, 'title' | 'link' | 'emoji'>;

export function addBookmark(
  world: World,
  channel: Channel,
  facts: BookmarkFacts & { userId: string; appId: string },
): Bookmark {
  const nowMs = world.clock.now();
  const bookmark = { ...facts, id: world.ids.id('Bk'), createdAtMs: nowMs, updatedAtMs: nowMs };
  channel.bookmarks.push(bookmark);
  return bookmark;
}

/** Changes what is said; absent facts stay. */
export function editBookmark(world: World, bookmark: Bookmark, facts: Partial<BookmarkFacts>, userId: string): void {
  Object.assign(bookmark, facts, { userId, updatedAtMs: world.clock.now() });
}

/** A bookmark with the keys of the SDKs' types. */
export function bookmarkShape(channel: Channel, bookmark: Bookmark): Json {
  return {
    id: bookmark.id,
    channel_id: channel.id,
    title: bookmark.title,
    link: bookmark.link,
    emoji: bookmark.emoji,
    icon_url: null,
    type: 'link',
    entity_id: null,
    date_created: seconds(bookmark.createdAtMs),
    date_updated: bookmark.updatedAtMs === bookmark.createdAtMs ? 0 : seconds(bookmark.updatedAtMs),
    rank: String(channel.bookmarks.indexOf(bookmark)).padStart(3, '0'),
    last_updated_by_user_id: bookmark.userId,
    last_updated_by_team_id: channel.teamId,
    shortcut_id: null,
    app_id: bookmark.appId,
    app_action_id: null,
  };
}
