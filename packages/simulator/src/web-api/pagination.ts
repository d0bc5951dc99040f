/** Cursor pagination as Slack does it: an opaque cursor, empty at the end. (https://docs.slack.dev/apis/web-api/pagination) */
import { type Refusal, refuse } from '../wire/answer.ts';

/** One page and where the next begins. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Empty on the last page. */
  readonly nextCursor: string;
}

/** How a method pages. */
export interface PageRequest {
  cursor: string | undefined;
  limit: number | undefined;
  /** Used when `limit` is absent or 0. */
  defaultLimit: number;
  /** Larger limits are cut to this. @defaultValue 1000 */
  maxLimit?: number;
  /** What a negative limit gets: a refusal where the method documents one, the default elsewhere. @defaultValue 'invalid_limit' */
  onBadLimit?: 'invalid_limit' | 'default';
  /** The ids are timestamps in this order, so that a cursor stays good when its message is deleted. @defaultValue none */
  order?: 'oldest_first' | 'newest_first';
}

/** Timestamps of messages sort as text. */
const TIMESTAMP = /^\d{10}\.\d{6}$/;

/** Cuts one page out of a list; a cursor names the id of the item before the page. */
export function paginate<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  request: PageRequest,
): Page<Item> | Refusal {
  const { cursor, limit = 0, defaultLimit, maxLimit = 1000, onBadLimit = 'invalid_limit', order } = request;
  if (limit < 0 && onBadLimit === 'invalid_limit') return refuse(onBadLimit);
  const size = Math.min(limit <= 0 ? defaultLimit : limit, maxLimit);
  const start = cursor === undefined ? 0 : startAfter(items, idOf, { cursor, order });
  if (start === undefined) return refuse('invalid_cursor');
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const hasMore = start + size < items.length;
  return { items: page, nextCursor: hasMore && last !== undefined ? encodeCursor(idOf(last)) : '' };
}

function encodeCursor(id: string): string {
  return Buffer.from(`next:${id}`).toString('base64');
}

function startAfter<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  { cursor, order }: { cursor: string; order: PageRequest['order'] },
): number | undefined {
  const id = /^next:(.+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1];
  if (id === undefined) return undefined;
  if (order !== undefined && TIMESTAMP.test(id)) {
    const index = items.findIndex((item) => (order === 'oldest_first' ? idOf(item) > id : idOf(item) < id));
    return index < 0 ? items.length : index;
  }
  const index = items.findIndex((item) => idOf(item) === id);
  return index < 0 ? undefined : index + 1;
}
