/** A modal window. The browser keeps the focus in it and closes it on Escape. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  const isOver = useRef(false);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The button that gets the focus may stand below the fold: a reader begins at the title.
      dialog.scrollTop = 0;
    }
    return () => {
      // `close` is told later, when somebody else's dialog may stand here.
      isOver.current = true;
      dialog?.close();
      // A dialog that is taken away while it is open gives the focus back to nobody.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        // It goes when whoever shows it takes it away: an app may refuse to have its form closed. A field in it that is cancelled is no dialog.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // The browser closes it itself when Escape is pressed again.
        if (!isOver.current) onClose();
      }}
    >
      <div class="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
