/** Paste a message link, an event id or a team, and read what happened to it. */
import { useState } from 'preact/hooks';
import { Failure, JsonTree } from 'ui-kit';
import { useAnswer } from '../read.ts';

/** Of GET /api/why: sentences, and the facts behind them. */
interface Why {
  sentences?: readonly string[];
  [fact: string]: unknown;
}

export function WhyBox() {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<string>();
  const { value, error } = useAnswer<Why>(
    asked === undefined ? undefined : '/api/why',
    { about: asked },
    { isLive: false },
  );
  return (
    <section class="card stack" aria-label="Why">
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(text.trim() || undefined);
        }}
      >
        <input
          class="input grow mono"
          aria-label="Message link, event id or team"
          placeholder="Why was there no answer? Paste a link to the message"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button" disabled={text.trim() === ''}>
          Why?
        </button>
      </form>
      {error && <Failure error={error} />}
      {value && (
        <div class="stack">
          {(value.sentences ?? []).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <details>
            <summary class="small soft">Facts</summary>
            <JsonTree value={value} />
          </details>
        </div>
      )}
    </section>
  );
}
