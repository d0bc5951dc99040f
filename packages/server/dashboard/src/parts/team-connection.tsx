/** The connection of a team (RTM), as the server that holds it told last; other transports have none of a team. */
import { Badge, duration, Failure, Time, type Tone } from 'ui-kit';
import type { Connections } from '../answers.ts';
import { useAnswer } from '../read.ts';

type Connection = Connections['connections'][number];

const TONES: Readonly<Partial<Record<Connection['state'], Tone>>> = {
  open: 'good',
  connecting: 'info',
  waiting: 'warn',
  paused: 'warn',
};

function Unknown({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <section class="card flush">
      <header>
        <h2>Connection</h2>
      </header>
      <Failure error={error} onRetry={onRetry} />
    </section>
  );
}

export function TeamConnection({ teamId }: { teamId: string }) {
  const { value, error, reload } = useAnswer<Connections>('/api/connections', { query: teamId, limit: 10 });
  const connection = value?.connections.find((one) => one.teamId === teamId);
  if (!connection) return error ? <Unknown error={error} onRetry={reload} /> : null;
  const { state, reason, attempt, since, retryAt, node, isCurrent } = connection;
  return (
    <section class="card">
      <header>
        <h2>Connection</h2>
        <Badge tone={TONES[state] ?? 'none'}>{state}</Badge>
      </header>
      <dl class="facts">
        <dt>Since</dt>
        <dd>
          <Time at={since} />
        </dd>
        <dt>Last</dt>
        <dd>{reason.replaceAll('_', ' ')}</dd>
        {attempt > 1 && (
          <>
            <dt>Attempt</dt>
            <dd>{attempt}</dd>
          </>
        )}
        {retryAt && (
          <>
            <dt>Next</dt>
            <dd>
              <Time at={retryAt} />
            </dd>
          </>
        )}
        <dt>Server</dt>
        <dd class="mono">{node}</dd>
      </dl>
      {!isCurrent && (
        <p class="small soft">That server has reported nothing for {duration(120_000)}: it may be gone.</p>
      )}
    </section>
  );
}
