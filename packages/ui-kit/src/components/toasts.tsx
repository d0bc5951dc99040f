/** Short messages at the corner: what was done, and what was refused. Screen readers hear them. */
import { signal } from '@preact/signals';
import type { Tone } from './badge.tsx';

interface Toast {
  id: number;
  text: string;
  tone: Tone;
  action: ToastAction | undefined;
}

/** What can be done about it, once. */
export interface ToastAction {
  label: string;
  readonly run: () => void;
}

const SHOWN_MS = 7_000;
const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** Shows a message. What went wrong, or can be undone, stays until it is closed. */
export function toast(text: string, tone: Tone = 'good', { action }: { action?: ToastAction } = {}): void {
  const id = ++lastId;
  toasts.value = [...toasts.value.slice(-3), { id, text, tone, action }];
  if (tone !== 'bad' && !action) setTimeout(() => close(id), SHOWN_MS);
}

function close(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

/** Where they are shown; once in a page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone, action }) => (
        <div key={id} class={`toast tone-${tone}`}>
          <span class="grow">{text}</span>
          {action && (
            <button
              type="button"
              class="button small"
              onClick={() => {
                close(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" class="button quiet small" aria-label="Close this message" onClick={() => close(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
