/** A list in pages: the first is read again as things change, until somebody scrolls on; then the list stands still. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Fields, toast } from 'ui-kit';
import { ownChanges } from './live.ts';
import { useAnswer } from './read.ts';
import { api } from './session.ts';

export interface PagedList<Row> {
  rows: readonly Row[] | undefined;
  error: Error | undefined;
  isLoading: boolean;
  hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

interface Paged {
  nextCursor: string | null;
}

export function usePages<Row, Page extends Paged>(
  path: string,
  fields: Fields,
  rowsOf: (page: Page) => readonly Row[],
): PagedList<Row> {
  const key = JSON.stringify(fields);
  const [rest, setRest] = useState<{ key: string; rows: readonly Row[]; nextCursor: string | null }>();
  // Behind a first page that moves on, the others would leave a gap.
  const first = useAnswer<Page>(path, fields, { isLive: rest === undefined });
  const [isReading, setReading] = useState(false);
  useEffect(() => setRest(undefined), [key, ownChanges.value]);
  const own = rest?.key === key ? rest : undefined;
  const cursor = own ? own.nextCursor : (first.value?.nextCursor ?? null);
  const more = useCallback(async () => {
    if (cursor === null || isReading) return;
    setReading(true);
    try {
      const page = await api.get<Page>(path, { ...fields, cursor });
      setRest((before) => ({
        key,
        rows: [...(before?.key === key ? before.rows : []), ...rowsOf(page)],
        nextCursor: page.nextCursor,
      }));
    } catch (error) {
      toast((error as Error).message, 'bad');
    } finally {
      setReading(false);
    }
  }, [cursor, key, isReading, path]);
  return {
    rows: first.value && [...rowsOf(first.value), ...(own?.rows ?? [])],
    error: first.error,
    isLoading: isReading,
    hasMore: cursor !== null,
    more: () => void more(),
    reload: first.reload,
  };
}
