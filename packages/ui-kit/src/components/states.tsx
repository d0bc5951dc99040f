/** What stands where nothing can be shown: not yet, nothing there, or refused. */
import type { ComponentChildren } from 'preact';
import { Problem } from '../api.ts';

export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="stack" style={{ padding: '16px' }} role="status">
      <span class="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} class="skeleton" style={{ width: `${90 - ((line * 23) % 50)}%` }} />
      ))}
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="empty">{children}</div>;
}

export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const fix = error instanceof Problem ? error.fix : undefined;
  return (
    <div class="notice tone-bad" role="alert">
      <p>{error.message}</p>
      {fix && (
        <p class="small">
          <Marked text={fix} />
        </p>
      )}
      {onRetry && (
        <button type="button" class="button small" style={{ marginTop: '8px' }} onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** A text of the server's, in which commands stand between backticks as on a terminal. */
function Marked({ text }: { text: string }) {
  const parts = text.split(/`([^`]*)`/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
