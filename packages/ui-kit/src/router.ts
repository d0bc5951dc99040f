/** The address of the page as a signal. Links inside the page change it without a load; Back and Forward work. */
import { computed, signal } from '@preact/signals';

const href = signal(globalThis.location?.href ?? 'http://localhost/');

/** Where the page is. */
export const address = computed(() => new URL(href.value));

export interface NavigateOptions {
  /** The step is not one that Back leads to: a filter while it is typed. @defaultValue false */
  replace?: boolean;
}

/** Goes to an address of this page. */
export function navigate(to: string, { replace = false }: NavigateOptions = {}): void {
  const url = new URL(to, href.value);
  if (url.href === href.value) return;
  if (replace) history.replaceState(history.state, '', url);
  else {
    history.replaceState({ y: globalThis.scrollY }, '');
    history.pushState(null, '', url);
  }
  const isOtherPlace = url.pathname !== address.value.pathname;
  href.value = url.href;
  if (isOtherPlace) globalThis.scrollTo?.(0, 0);
}

/** The same place with other parameters; empty ones are left out. */
export function withParams(params: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(address.value);
  for (const [name, value] of Object.entries(params)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.pathname + url.search;
}

/** Begins to follow links and the Back button. Call once. */
export function followLinks(base: string): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', ({ state }: PopStateEvent) => {
    href.value = globalThis.location.href;
    scrollBack(Number((state as { y?: unknown } | null)?.y ?? 0));
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = (event.target as Element).closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !link.pathname.startsWith(base)) return;
    event.preventDefault();
    navigate(link.href);
  });
}

/** Looks whether a list is long enough again, between two of them in milliseconds, and so often. */
const LOOK_MS = 50;
const MOST_LOOKS = 30;

/** To where somebody was, as soon as what was there is there again. */
function scrollBack(y: number, looks = 0): void {
  const isThere = document.documentElement.scrollHeight - innerHeight >= y;
  if (isThere || looks >= MOST_LOOKS) scrollTo(0, y);
  else setTimeout(() => scrollBack(y, looks + 1), LOOK_MS);
}
