/**
 * The rows of a long table, in chunks of which only those near the window are there: a hundred thousand rows cost what a screen of them
 * costs. A chunk that is away keeps its height, so that nothing jumps.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface RowChunksProps<Row> {
  rows: readonly Row[];
  columns: number;
  readonly render: (row: Row) => ComponentChildren;
}

const CHUNK_ROWS = 50;

/** How near the window a chunk begins to be there. */
const NEAR = '1200px';

export function RowChunks<Row>({ rows, columns, render }: RowChunksProps<Row>) {
  const chunks = Array.from({ length: Math.ceil(rows.length / CHUNK_ROWS) }, (_, index) =>
    rows.slice(index * CHUNK_ROWS, (index + 1) * CHUNK_ROWS),
  );
  return (
    <>
      {chunks.map((chunk, index) => (
        // Chunks keep their place: rows are only added behind the last one.
        <Chunk key={index} rows={chunk} columns={columns} render={render} isFirst={index === 0} />
      ))}
    </>
  );
}

function Chunk<Row>({ rows, columns, render, isFirst }: RowChunksProps<Row> & { isFirst: boolean }) {
  const element = useRef<HTMLTableSectionElement>(null);
  const heightPx = useRef(0);
  const [isNear, setNear] = useState(true);
  useEffect(() => {
    // Nobody scrolls so far that the first one is worth it, and a short list needs no watching.
    if (isFirst || !element.current) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        if (!entry.isIntersecting) heightPx.current = entry.boundingClientRect.height;
        setNear(entry.isIntersecting);
      },
      { rootMargin: `${NEAR} 0px` },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [isFirst]);
  return (
    <tbody ref={element}>
      {isNear ? (
        rows.map(render)
      ) : (
        <tr aria-hidden="true" class="away">
          <td colSpan={columns} style={{ height: `${heightPx.current}px` }} />
        </tr>
      )}
    </tbody>
  );
}
