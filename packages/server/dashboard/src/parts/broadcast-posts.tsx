/** The teams that a broadcast did not reach, and why: read when somebody opens the list. */
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { Empty, Failure, More, plural, Skeleton } from 'ui-kit';
import type { BroadcastDetails } from '../answers.ts';
import { usePages } from '../pages.ts';
import { postErrorWords } from './broadcast-words.ts';
import { Coded } from './coded.tsx';

export interface BroadcastPostsProps {
  broadcast: number;
  state: 'failed' | 'skipped';
  teams: number;
}

export function BroadcastPosts({ broadcast, state, teams }: BroadcastPostsProps) {
  const [isOpen, setOpen] = useState(false);
  if (teams === 0) return null;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {state === 'failed' ? 'Failed' : 'Skipped'}: {plural(teams, 'team')}
      </summary>
      {isOpen && <Posts broadcast={broadcast} state={state} />}
    </details>
  );
}

const AT_A_TIME = 50;

const postsOf = ({ posts }: BroadcastDetails) => posts;

function Posts({ broadcast, state }: Pick<BroadcastPostsProps, 'broadcast' | 'state'>) {
  const list = usePages(`/api/broadcast/${broadcast}`, { state, limit: AT_A_TIME }, postsOf);
  return (
    <>
      {list.error && <Failure error={list.error} onRetry={list.reload} />}
      {!list.rows && !list.error && <Skeleton lines={2} />}
      {list.rows?.length === 0 && <Empty>None is left.</Empty>}
      <dl class="facts pad-top">
        {list.rows?.map(({ teamId, error }) => (
          <Fragment key={teamId}>
            <dt>
              <a href={`/admin/teams/${encodeURIComponent(teamId)}`} class="mono">
                {teamId}
              </a>
            </dt>
            <dd>{error === null ? '–' : <Coded code={error} words={postErrorWords(error)} />}</dd>
          </Fragment>
        ))}
      </dl>
      {list.hasMore && <More isLoading={list.isLoading} onMore={list.more} />}
    </>
  );
}
