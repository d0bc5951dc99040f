/** Where the page is: the workspace, the person one is there, the conversation. All of it stands in the address. */
import { computed, untracked } from '@preact/signals';
import { address, navigate, withParams } from 'ui-kit';

const PANELS = [
  'thread',
  'log',
  'app',
  'faults',
  'trace',
  'person',
  'notes',
  'drafts',
  'scheduled',
  'search',
  'session',
] as const;
export type Panel = (typeof PANELS)[number];

const param = (name: string) => computed(() => address.value.searchParams.get(name) ?? undefined);

/** What was typed into the address and is none leads nowhere. */
const timestampParam = (name: string) =>
  computed(() => {
    const value = address.value.searchParams.get(name) ?? '';
    return /^\d+\.\d+$/.test(value) ? value : undefined;
  });

/** Undefined: the first one. */
export const teamRef = param('team');
export const personRef = param('as');
/** A conversation, or `home:A…` for the Home tab of an app. */
export const channelRef = param('channel');
export const threadTs = timestampParam('thread');
export const panel = computed(() => PANELS.find((name) => name === address.value.searchParams.get('panel')));
/** Of the panel: which message, app or person. */
export const about = param('about');
/** A message that a link led to. */
export const focused = timestampParam('focus');

export interface Place {
  team?: string | undefined;
  as?: string | undefined;
  channel?: string | undefined;
  thread?: string | undefined;
  panel?: Panel | undefined;
  about?: string | undefined;
  focus?: string | undefined;
}

/** The address of a place; what is not said stays. */
export function placeLink(place: Place): string {
  return withParams({ ...place });
}

/** @param options.replace Not a step that Back leads to. */
export function goTo(place: Place, options: { replace?: boolean } = {}): void {
  navigate(placeLink(place), options);
}

/**
 * A link that stands many times on the page. Its address is that of the moment in which it was drawn, so that a step of the page
 * does not draw a thousand messages again; a click goes from where one is then.
 */
export function placeAnchor(place: Place): { href: string; onClick: (event: MouseEvent) => void } {
  return {
    href: untracked(() => placeLink(place)),
    onClick(event) {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      goTo(place);
    },
  };
}

/** Closes the pane on the right. */
export function closePanel(): void {
  goTo({ panel: undefined, thread: undefined, about: undefined });
}

/** A link as it was pasted, for example from a real workspace: leads to the same ids here. */
export function placeOfLink(text: string): { channel: string; ts: string; thread: string | undefined } | undefined {
  const found = /^https?:\/\/[^/\s]+\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})(?:\?(\S*))?$/.exec(text.trim());
  if (!found) return undefined;
  const [, channel = '', seconds, micros, query] = found;
  return { channel, ts: `${seconds}.${micros}`, thread: new URLSearchParams(query).get('thread_ts') ?? undefined };
}
