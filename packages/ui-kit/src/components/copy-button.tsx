/** Puts a text on the clipboard, and says so. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export interface CopyButtonProps {
  /** What is copied; a function is asked when somebody wants it. */
  text: string | (() => string);
  /** An icon needs a title, which is then its name. */
  label?: ComponentChildren;
  /** Of a function: what it will copy. */
  title?: string;
}

export function CopyButton({ text, label = 'Copy', title }: CopyButtonProps) {
  const [said, setSaid] = useState<string>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setSaid('Copied');
    } catch {
      setSaid('Not allowed');
    }
    setTimeout(() => setSaid(undefined), 1_500);
  };
  return (
    <button
      type="button"
      class="button quiet small"
      title={title ?? (typeof text === 'string' ? text : undefined)}
      onClick={copy}
    >
      <span aria-live="polite">
        {said ?? label}
        {said === undefined && typeof label !== 'string' && <span class="sr-only">{title}</span>}
      </span>
    </button>
  );
}
