/** Two columns: each a page of its own, with its own workspace and person. Where each is stands in the address of the whole. */
import { useEffect, useRef } from 'preact/hooks';
import { address, navigate } from 'ui-kit';
import { Icon } from './icon.tsx';
import { placeLink } from './place.ts';
import { otherSeat } from './seats.ts';

/** This page is one of two columns. */
export const isBeside = globalThis.parent !== globalThis.self;

/** Whether two columns are asked for. */
export function hasColumns(): boolean {
  return !isBeside && address.value.searchParams.has('left');
}

/** Puts the page that is shown to the left, and who one was before to the right. */
export function openBeside(): void {
  const left = placeLink({}).replace(/^\/\??/, '');
  const right = placeLink(otherSeat()).replace(/^\/\??/, '');
  navigate(`/?${new URLSearchParams({ left, right }).toString()}`);
}

export function Columns() {
  useEffect(() => {
    document.title = 'Side by side · Simulator';
  }, []);
  return (
    <main class="columns" aria-label="Two workspaces side by side">
      <Column name="left" label="Left" />
      <Column name="right" label="Right" />
      <a class="columns-end" href={`/?${address.value.searchParams.get('left') ?? ''}`} title="One column">
        <Icon name="close" />
        <span class="sr-only">One column</span>
      </a>
    </main>
  );
}

/** Its address goes into that of the whole, so that a reload shows the same; how often it looks, in milliseconds. */
const FOLLOW_MS = 500;

function Column({ name, label }: { name: 'left' | 'right'; label: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  // Only at first: later the column goes where it wants.
  const first = useRef(`/?${address.peek().searchParams.get(name) ?? ''}`);
  useEffect(() => {
    const timer = setInterval(() => {
      const query = frame.current?.contentWindow?.location.search.slice(1);
      const url = new URL(address.peek());
      if (query === undefined || query === url.searchParams.get(name) || !url.searchParams.has(name)) return;
      url.searchParams.set(name, query);
      navigate(url.pathname + url.search, { replace: true });
    }, FOLLOW_MS);
    return () => clearInterval(timer);
  }, []);
  return <iframe ref={frame} class="column" src={first.current} title={`${label} column`} />;
}
