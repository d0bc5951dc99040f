/** Paste a message link, an event id or a team, and read what happened to it. */
import { useState } from 'preact/hooks';
import { Badge, Failure, JsonTree, Time, visible } from 'ui-kit';
import type { Why } from '../answers.ts';
import { useAnswer } from '../read.ts';

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
      {value && <Answer why={value} />}
    </section>
  );
}

/** The answer in one sentence, what helps, and the story behind it. */
function Answer({ why }: { why: Why }) {
  const { answer, certainty, advice, sentences, checks } = why;
  return (
    <div class="stack" role="status">
      <p>
        <strong>{visible(answer)}</strong>{' '}
        {certainty !== 'proved' && <Badge tone={certainty === 'likely' ? 'warn' : 'none'}>{certainty}</Badge>}
      </p>
      {advice && <p>{advice}</p>}
      <ol class="stack">
        {sentences.map(({ text, at }) => (
          <li key={text}>
            {at && (
              <span class="small soft">
                <Time at={at} />{' '}
              </span>
            )}
            {text}
          </li>
        ))}
      </ol>
      <details>
        <summary class="small soft">What was looked at</summary>
        <JsonTree value={{ checks, seesBack: why.seesBack }} />
      </details>
    </div>
  );
}
