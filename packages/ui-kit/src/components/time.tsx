/** A moment: how long ago, with the exact time in the tooltip. All on a page tick together. */
import { signal } from '@preact/signals';
import { moment, relative } from '../format.ts';

const now = signal(Date.now());
let timer: ReturnType<typeof setInterval> | undefined;

/** Fine enough for "3 s ago", and cheap: one timer for all, from the first that is shown. */
function tick(): void {
  timer ??= setInterval(() => {
    if (document.visibilityState === 'visible') now.value = Date.now();
  }, 5_000);
}

/** @param at In milliseconds since 1970, or as an ISO time. Nothing stands for a dash. */
export function Time({ at, isExact = false }: { at: number | string | null | undefined; isExact?: boolean }) {
  if (at === null || at === undefined) return <span class="soft">–</span>;
  tick();
  const atMs = typeof at === 'number' ? at : Date.parse(at);
  const exact = moment(atMs);
  return (
    <time
      dateTime={new Date(atMs).toISOString()}
      title={isExact ? relative(atMs, now.value) : exact}
      // With day and zone it is wider than a cell of a narrow window.
      class={isExact ? undefined : 'nowrap'}
    >
      {isExact ? exact : relative(atMs, now.value)}
    </time>
  );
}
