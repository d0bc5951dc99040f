/** A list in pages: the first is read again as things change, until somebody scrolls on; then the list stands still. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Fields, toast } from 'ui-kit';
import { ownChanges } from './live.ts';
import { useAnswer } from './read.ts';
import { api } from './session.ts';

export interface PagedList<Row, Page> {
  rows: readonly Row[] | undefined;
  /** What was read for them, in order. */
  pages: readonly Page[];
  error: Error | undefined;
  isLoading: boolean;
  hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

interface Paged {
  nextCursor: string | null;
}

/** Pages without a row that are read one after the other: a search that finds little goes on for some seconds. */
const MOST_EMPTY = 50;

export function usePages<Row, Page extends Paged>(
  path: string,
  fields: Fields,
  rowsOf: (page: Page) => readonly Row[],
): PagedList<Row, Page> {
  const key = JSON.stringify(fields);
  const [rest, setRest] = useState<{ key: string; pages: readonly Page[] }>();
  // Behind a first page that moves on, the others would leave a gap.
  const first = useAnswer<Page>(path, fields, { isLive: rest === undefined });
  const [isReading, setReading] = useState(false);
  const present = useRef(key);
  present.current = key;
  useEffect(() => setRest(undefined), [key, ownChanges.value]);
  const own = rest?.key === key ? rest.pages : [];
  const pages = first.value ? [first.value, ...own] : own;
  const cursor = pages.at(-1)?.nextCursor ?? null;
  const more = useCallback(async () => {
    if (cursor === null || isReading) return;
    setReading(true);
    try {
      let from: string | null = cursor;
      for (let empty = 0; from !== null && empty < MOST_EMPTY && present.current === key; empty++) {
        const page: Page = await api.get<Page>(path, { ...fields, cursor: from });
        setRest((before) => ({ key, pages: [...(before?.key === key ? before.pages : []), page] }));
        if (rowsOf(page).length > 0) break;
        from = page.nextCursor;
      }
    } catch (error) {
      toast((error as Error).message, 'bad');
    } finally {
      setReading(false);
    }
  }, [cursor, key, isReading, path]);
  return {
    rows: first.value && pages.flatMap((page) => [...rowsOf(page)]),
    pages,
    error: first.error,
    isLoading: isReading,
    hasMore: cursor !== null,
    more: () => void more(),
    reload: first.reload,
  };
}
