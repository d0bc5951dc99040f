/** Asks before something is done that many feel. Says what will happen and whether there is a way back. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from './dialog.tsx';

export interface Question {
  title: string;
  /** What happens, and how it is undone. */
  text: ComponentChildren;
  /** On the button: what is done, as a verb. */
  verb: string;
  isDangerous?: boolean;
  /** Has to be typed first: for what cannot be undone. */
  typed?: string;
}

const asked = signal<(Question & { answer: (isYes: boolean) => void }) | undefined>(undefined);

/** Whether the person said yes. */
export function confirmed(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer(isYes) {
        asked.value = undefined;
        resolve(isYes);
      },
    };
  });
}

/** Where questions are shown; once in a page. */
export function Confirmations() {
  const question = asked.value;
  if (!question) return null;
  return <Confirmation key={question.title} {...question} />;
}

function Confirmation({ title, text, verb, isDangerous, typed, answer }: NonNullable<typeof asked.value>) {
  const [written, setWritten] = useState('');
  const isReady = typed === undefined || written === typed;
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <div>{text}</div>
      {typed !== undefined && (
        <label class="field">
          <span>
            Type <code>{typed}</code> to go on
          </span>
          <input
            class="input mono"
            value={written}
            autocomplete="off"
            onInput={(event) => setWritten(event.currentTarget.value)}
          />
        </label>
      )}
      <footer>
        <button type="button" class="button" onClick={() => answer(false)}>
          Cancel
        </button>
        <button
          type="button"
          class={`button primary${isDangerous ? ' danger' : ''}`}
          disabled={!isReady}
          onClick={() => answer(true)}
        >
          {verb}
        </button>
      </footer>
    </Dialog>
  );
}
