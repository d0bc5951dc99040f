/** What an app built may be nested deeper than it can be drawn: then that is said in its place, and all else stays. */
import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';

export function Guarded({ children }: { children: ComponentChildren }) {
  const [error] = useErrorBoundary();
  if (error !== undefined) return <p class="soft">This is nested too deeply to be shown.</p>;
  return <>{children}</>;
}
