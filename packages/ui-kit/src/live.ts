/** Server-sent events with a state that can be shown. Pauses while nobody looks at the page, and goes on where it was. */
import { type ReadonlySignal, signal } from '@preact/signals';

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'paused';

export interface Live {
  state: ReadonlySignal<LiveState>;
  close(): void;
}

export interface LiveOptions {
  url: string;
  /** Names of the events to take. */
  events: readonly string[];
  readonly onEvent: (name: string, data: unknown) => void;
}

/** A page in the background is let go after so many milliseconds: a glance at another tab costs nothing. */
const HIDDEN_MS = 20_000;

/** How soon a stream that the browser gave up is opened again, in milliseconds. */
const RETRY_MS = 3_000;

export function openLive({ url, events, onEvent }: LiveOptions): Live {
  const state = signal<LiveState>('connecting');
  let source: EventSource | undefined;
  // Two: a glance at another tab must not end the wait for a stream that broke.
  let retrying: ReturnType<typeof setTimeout> | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let lastId = '';
  const open = () => {
    clearTimeout(retrying);
    source?.close();
    // A new EventSource cannot send Last-Event-ID; one that reconnects by itself does.
    source = new EventSource(url);
    source.onopen = () => void (state.value = 'live');
    source.onerror = () => {
      state.value = 'reconnecting';
      if (source?.readyState === EventSource.CLOSED) retrying = setTimeout(open, RETRY_MS);
    };
    for (const name of events) {
      source.addEventListener(name, (event) => {
        // `error` is also what the browser calls a broken connection, which has no data.
        if (!(event instanceof MessageEvent)) return;
        lastId = event.lastEventId;
        onEvent(name, JSON.parse(event.data as string));
      });
    }
    // What happened while nobody looked is read anew.
    if (lastId !== '') onEvent('reset', {});
  };
  const pause = () => {
    clearTimeout(retrying);
    source?.close();
    state.value = 'paused';
  };
  const onVisibility = () => {
    clearTimeout(hiding);
    if (document.visibilityState !== 'visible') hiding = setTimeout(pause, HIDDEN_MS);
    else if (state.value === 'paused') open();
  };
  const onOnline = () => {
    if (state.value === 'reconnecting') open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('online', onOnline);
  open();
  return {
    state,
    close() {
      clearTimeout(retrying);
      clearTimeout(hiding);
      document.removeEventListener('visibilitychange', onVisibility);
      removeEventListener('online', onOnline);
      source?.close();
    },
  };
}
