/** The edge between the conversation and the pane: dragged, or moved by arrow keys. The width is remembered. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const KEY = 'pane-width';
/** As on Slack. */
const USUAL = 400;
const NARROWEST = 300;
const STEP = 20;

const width = signal(Number(localStorage.getItem(KEY)) || USUAL);

function widest(): number {
  return Math.max(NARROWEST, innerWidth - 560);
}

function setWidth(wanted: number): void {
  width.value = Math.round(Math.min(widest(), Math.max(NARROWEST, wanted)));
  localStorage.setItem(KEY, String(width.value));
}

const KEYS: Readonly<Record<string, () => number>> = {
  ArrowLeft: () => width.peek() + STEP,
  ArrowRight: () => width.peek() - STEP,
  Home: () => widest(),
  End: () => NARROWEST,
  Enter: () => USUAL,
};

export function PaneEdge() {
  useEffect(() => {
    document.documentElement.style.setProperty('--pane', `${width.value}px`);
  }, [width.value]);
  const drag = (event: PointerEvent) => {
    if (event.buttons === 1) setWidth(innerWidth - event.clientX);
  };
  return (
    <div
      class="pane-edge"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the pane"
      aria-valuenow={width.value}
      aria-valuemin={NARROWEST}
      aria-valuemax={widest()}
      title="Drag, or arrow keys; double-click: 400 pixels"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onDblClick={() => setWidth(USUAL)}
      onKeyDown={(event) => {
        const wanted = KEYS[event.key];
        if (!wanted) return;
        event.preventDefault();
        setWidth(wanted());
      }}
    />
  );
}
