/** What happened since a moment, to take along: as a seed of the state, and as a vitest test that plays it again. */
import { useState } from 'preact/hooks';
import { Badge, CopyButton, Empty, Failure, moment, plural, Skeleton, Time, timeOfDay, useLoad } from 'ui-kit';
import type { SessionInfo } from '../../../src/control/session-routes.ts';
import { PaneFrame } from '../chat/person.tsx';
import { api, doIt, revision } from '../sim.ts';

const SEED = '/_sim/session/seed.yaml';
const TEST = '/_sim/session/session.test.ts';

export function SessionPane() {
  const { value, error, reload } = useLoad('session', (signal) => api.get<SessionInfo>('/_sim/session', {}, signal), {
    revision: revision.value,
  });
  const begin = async () => {
    await doIt(api.post('/_sim/session'));
    reload();
  };
  return (
    <PaneFrame title={<h2>Session</h2>}>
      <div class="stack pad">
        <p class="small soft">
          What people did and what apps answered, since the session began. Nothing of this is on the real Slack.
        </p>
        {error && <Failure error={error} onRetry={reload} />}
        {!value && !error && <Skeleton />}
        {value && <Summary info={value} onBegin={() => void begin()} />}
        {value && value.steps.length > 0 && <Exports />}
        {value && <Steps info={value} />}
      </div>
    </PaneFrame>
  );
}

function Summary({ info, onBegin }: { info: SessionInfo; onBegin: () => void }) {
  const done = info.steps.filter(({ kind }) => kind === 'done').length;
  return (
    <section class="card stack-small" aria-label="The session">
      {info.startedAtMs === undefined ? (
        <p>No session was begun: there are too many workspaces to keep their state by itself.</p>
      ) : (
        <p>
          {plural(done, 'step')} and {plural(info.steps.length - done, 'answer')} since{' '}
          <Time at={info.startedAtMs} isExact /> {info.isFull && <Badge tone="warn">full: start over</Badge>}
        </p>
      )}
      <div class="row">
        <button type="button" class="button small" onClick={onBegin}>
          Begin anew
        </button>
        <a class="button small" href="/_sim/seed.yaml" download="seed.yaml">
          The state of now as a seed
        </a>
      </div>
    </section>
  );
}

function Exports() {
  const [isShown, setShown] = useState(false);
  return (
    <section class="card stack-small" aria-label="Export">
      <h3>Export</h3>
      <div class="row">
        <a class="button primary small" href={TEST} download="session.test.ts">
          session.test.ts
        </a>
        <a class="button small" href={SEED} download="seed.yaml">
          seed.yaml
        </a>
        <button type="button" class="button small" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          Look at the test
        </button>
      </div>
      <p class="small soft">
        Run it with <code>APP_URL=http://127.0.0.1:3000/slack/events npx vitest run session.test.ts</code>; the test
        says which other variables there are. The seed is the state at the beginning, with ids and tokens, which are
        worth nothing elsewhere.
      </p>
      {isShown && <Source />}
    </section>
  );
}

function Source() {
  const { value, error } = useLoad(TEST, readTest, { revision: revision.value });
  if (error) return <Failure error={error} />;
  if (value === undefined) return <Skeleton />;
  // The seed is a file of its own beside it.
  const steps = value.slice(value.indexOf("it('goes"));
  return (
    <>
      <div class="row">
        <CopyButton text={value} label="Copy all" title="Copy the whole test" />
      </div>
      <pre class="code-block session-source" tabIndex={0} aria-label="The steps of the test">
        {steps}
      </pre>
    </>
  );
}

async function readTest(signal: AbortSignal): Promise<string> {
  const response = await fetch(TEST, { signal });
  if (!response.ok) throw new Error(`The simulator answered ${response.status}.`);
  return await response.text();
}

/** More are in the export. */
const STEPS_SHOWN = 100;

function Steps({ info: { steps } }: { info: SessionInfo }) {
  if (steps.length === 0) return <Empty>Nothing happened yet: write something to an app.</Empty>;
  return (
    <section class="stack-small">
      <h3>Steps</h3>
      <ol class="log">
        {steps.slice(-STEPS_SHOWN).map(({ atMs, kind, what, text }, index) => (
          <li key={index} class="session-step">
            <time class="mono small soft" title={moment(atMs)}>
              {timeOfDay(atMs)}
            </time>
            <span class={`log-sign tone-${kind === 'done' ? 'info' : 'good'}`}>{kind === 'done' ? '→' : '←'}</span>
            <span class="mono nowrap">{what}</span>
            <span class="small soft ellipsis">{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
