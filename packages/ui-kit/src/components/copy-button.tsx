/** Puts a text on the clipboard, and says so. */
import { useState } from 'preact/hooks';

export function CopyButton({ text, label = 'Copy', title }: { text: string; label?: string; title?: string }) {
  const [said, setSaid] = useState<string>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Not allowed');
    }
    setTimeout(() => setSaid(undefined), 1_500);
  };
  return (
    <button type="button" class="button quiet small" title={title ?? text} onClick={copy}>
      <span aria-live="polite">{said ?? label}</span>
    </button>
  );
}
