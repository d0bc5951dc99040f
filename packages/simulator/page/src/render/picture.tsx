/** A picture. From elsewhere it is a placeholder with its address, until somebody clicks it: then the simulator fetches it, once. */
import { signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { toast } from 'ui-kit';
import { Icon } from '../icon.tsx';

/** Whether it stands in a button or a link, and cannot be one itself. */
export const InertContext = createContext(false);

/** What was fetched: from an address to an object URL of this page. */
const fetched = signal<ReadonlyMap<string, string>>(new Map());
/** More would be kept for pages that nobody scrolls back to. */
const KEPT = 200;

export interface PictureProps {
  url: string;
  alt: string;
  isSmall?: boolean;
}

export function Picture({ url, alt, isSmall = false }: PictureProps) {
  const isInert = useContext(InertContext);
  const isOwn = url.startsWith(`${location.origin}/`) || url.startsWith('data:image/');
  const source = isOwn ? url : fetched.value.get(url);
  const size = isSmall ? 'picture-small' : 'picture';
  if (source) return <img class={size} src={source} alt={alt} />;
  if (!/^https?:\/\//i.test(url)) return <span class="soft small">{alt || 'Picture'}</span>;
  const letter = (Array.from(alt.replaceAll(':', ''))[0] ?? '▦').toUpperCase();
  const words = `${alt || 'Picture'} · ${hostOf(url)} · not loaded`;
  if (isInert)
    return (
      <span class={`${size} placeholder`} role="img" aria-label={alt} title={words}>
        {letter}
      </span>
    );
  return (
    <button
      type="button"
      class={`${size} placeholder`}
      title={`${url}\nClick to load it`}
      onClick={() => void load(url)}
    >
      {isSmall ? (
        <span aria-label={`Load ${words}`}>{letter}</span>
      ) : (
        <>
          <span class="picture-alt">
            <Icon name="picture" /> {alt || 'Picture'}
          </span>
          <span class="soft small">{hostOf(url)} · click to load</span>
        </>
      )}
    </button>
  );
}

async function load(url: string): Promise<void> {
  const response = await fetch('/_sim/pictures', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  }).catch(() => undefined);
  if (!response?.ok) {
    const { error } = Object(await response?.json().catch(() => undefined)) as { error?: { message?: string } };
    return toast(error?.message ?? 'The simulator does not answer.', 'bad');
  }
  const all = [...fetched.peek(), [url, URL.createObjectURL(await response.blob())] as const];
  for (const [, old] of all.slice(0, -KEPT)) URL.revokeObjectURL(old);
  fetched.value = new Map(all.slice(-KEPT));
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url.slice(0, 60);
  }
}
