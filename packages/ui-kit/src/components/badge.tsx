/** A word with a colour. The word alone must say it: the colour only helps. */
import type { ComponentChildren } from 'preact';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'none';

export function Badge({
  tone = 'none',
  isPlain = false,
  children,
}: {
  tone?: Tone;
  isPlain?: boolean;
  children: ComponentChildren;
}) {
  return <span class={`badge tone-${tone}${isPlain ? ' plain' : ''}`}>{children}</span>;
}
