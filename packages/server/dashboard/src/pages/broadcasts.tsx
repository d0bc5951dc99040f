/** Messages to many teams: what is on its way, and a new one. */
import { Badge, count, Empty, Failure, plural, Skeleton, Time } from 'ui-kit';
import type { Broadcasts } from '../answers.ts';
import { Action } from '../parts/action.tsx';
import { BroadcastPosts } from '../parts/broadcast-posts.tsx';
import { type Broadcast, cancelledBecause, recipientWords, toneOf } from '../parts/broadcast-words.ts';
import { NewBroadcast } from '../parts/new-broadcast.tsx';
import { useAnswer } from '../read.ts';
import { mayOperate } from '../session.ts';

export function BroadcastsPage() {
  const { value, error, reload } = useAnswer<Broadcasts>('/api/broadcast', { limit: 20 });
  return (
    <div class="stack">
      <h1>Broadcasts</h1>
      {mayOperate.value && <NewBroadcast />}
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={4} />}
      {value?.broadcasts.length === 0 && <Empty>No broadcast has been sent yet.</Empty>}
      {value?.broadcasts.map((one) => (
        <BroadcastCard key={one.broadcast} one={one} />
      ))}
    </div>
  );
}

function BroadcastCard({ one }: { one: Broadcast }) {
  const { counts } = one;
  const isOn = one.state === 'running' || one.state === 'filling';
  return (
    <section class="card stack" aria-label={`Broadcast ${one.broadcast}`}>
      <header>
        <h2 class="row">
          Broadcast {one.broadcast} <Badge tone={toneOf(one)}>{one.state}</Badge>
        </h2>
        {isOn && (
          <Action
            label="Cancel"
            path={`/api/broadcast/${one.broadcast}/cancel`}
            tone="danger"
            cli={`broadcast cancel ${one.broadcast}`}
          />
        )}
      </header>
      <progress max={one.teams} value={counts.sent + counts.failed + counts.skipped} aria-label="Sent" class="wide" />
      <p>
        {count(counts.sent)} sent, {count(counts.waiting + counts.sending)} to go, {count(counts.failed)} failed,{' '}
        {count(counts.skipped)} skipped{counts.not_posted > 0 && `, ${count(counts.not_posted)} not posted`} of{' '}
        {plural(one.teams, 'team')} · at most {count(one.perMinute)} a minute
      </p>
      <p class="small soft">
        {one.who}, <Time at={one.asked} /> · to {recipientWords(one)}
      </p>
      {one.why !== null && <p>{cancelledBecause(one.why)}</p>}
      <BroadcastPosts broadcast={one.broadcast} state="failed" teams={counts.failed} />
      <BroadcastPosts broadcast={one.broadcast} state="skipped" teams={counts.skipped} />
    </section>
  );
}
