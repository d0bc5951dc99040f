/** Stored events: failed first, in groups or one by one; replays of all that match. */
import { address, Badge, Empty, Failure, More, navigate, QueryBox, Skeleton, Time, withParams } from 'ui-kit';
import type { Event, EventGroups, EventsPage as Page, Replays } from '../answers.ts';
import { type PagedList, usePages } from '../pages.ts';
import { Action } from '../parts/action.tsx';
import { BulkEvents } from '../parts/bulk-events.tsx';
import { Coded } from '../parts/coded.tsx';
import { EventTable } from '../parts/event-table.tsx';
import { EVENT_TERMS } from '../parts/terms.ts';
import { WhyBox } from '../parts/why-box.tsx';
import { errorWords } from '../parts/words.ts';
import { useAnswer } from '../read.ts';

const TABS = [
  ['', 'Failed and waiting'],
  ['status:failed', 'Failed'],
  ['status:waiting', 'Waiting'],
  ['status:done', 'Handled'],
] as const;

export function EventsPage() {
  const query = address.value.searchParams.get('query') ?? '';
  const isGrouped = address.value.searchParams.get('view') === 'groups';
  return (
    <div class="stack">
      <header class="row spread">
        <h1>Events</h1>
        <nav class="tabs" aria-label="View">
          <a href={withParams({ view: undefined })} aria-current={isGrouped ? undefined : 'page'}>
            One by one
          </a>
          <a href={withParams({ view: 'groups' })} aria-current={isGrouped ? 'page' : undefined}>
            By error
          </a>
        </nav>
      </header>
      <WhyBox />
      <nav class="tabs" aria-label="By state">
        {TABS.map(([term, words]) => (
          <a key={words} href={withParams({ query: term })} aria-current={query === term ? 'page' : undefined}>
            {words}
          </a>
        ))}
      </nav>
      <QueryBox
        label="Find events"
        placeholder="status:failed channel:C… user:U… since:1h, or a link to a message"
        value={query}
        terms={EVENT_TERMS}
        onChange={(to) => navigate(withParams({ query: to }), { replace: true })}
      />
      <RunningReplays />
      {isGrouped ? <Groups query={query} /> : <List query={query} />}
    </div>
  );
}

function List({ query }: { query: string }) {
  const list = usePages<Event, Page>('/api/events', { query, limit: 100 }, (page) => page.events);
  const failure = list.error && <Failure error={list.error} onRetry={list.reload} />;
  if (!list.rows) return failure ?? <Skeleton lines={8} />;
  const isStuck = list.hasMore && list.pages.at(-1)?.events.length === 0;
  const further = isStuck && <LookFurther list={list} />;
  if (list.rows.length === 0)
    return further || <Empty>{query === '' ? 'Nothing failed, and nothing waits.' : 'No event matches.'}</Empty>;
  return (
    <section class="card flush" aria-label="Events">
      {failure}
      {list.rows.some(({ state }) => state === 'failed') && <Bulk query={query} />}
      <EventTable events={list.rows} />
      {further || (list.hasMore && <More isLoading={list.isLoading} onMore={list.more} />)}
    </section>
  );
}

/** A search that found nothing until it had looked at many. It goes on when somebody asks: there may be millions. */
function LookFurther({ list }: { list: PagedList<Event, Page> }) {
  const lookedAt = list.pages.reduce((sum, page) => sum + page.lookedAt, 0);
  return (
    <Empty>
      <p>
        {list.rows?.length === 0 ? 'None' : 'No more'} among the newest {lookedAt.toLocaleString('en')}.
      </p>
      <button type="button" class="button small" disabled={list.isLoading} onClick={list.more}>
        {list.isLoading ? 'Looking …' : 'Look further back'}
      </button>
    </Empty>
  );
}

/** What can be done with all failed events that the query finds, also those further down. */
function Bulk({ query }: { query: string }) {
  const filter = query === '' ? {} : { where: query };
  return (
    <header>
      <span class="soft small">For all failed events that match:</span>
      <div class="row">
        <BulkEvents filter={filter} label="Replay all" />
        <BulkEvents filter={filter} label="Discard all" word="discard" />
      </div>
    </header>
  );
}

function Groups({ query }: { query: string }) {
  const { value, error, reload } = useAnswer<EventGroups>('/api/events/groups', { query });
  if (error) return <Failure error={error} onRetry={reload} />;
  if (!value) return <Skeleton lines={6} />;
  if (value.groups.length === 0) return <Empty>Nothing failed.</Empty>;
  return (
    <section class="card flush" aria-label="Events by error">
      <div class="table-scroll">
        <table class="table">
          <thead>
            <tr>
              <th>Error</th>
              <th>Listener</th>
              <th>Type</th>
              <th class="num">Events</th>
              <th class="num">Teams</th>
              <th>Last</th>
              <th>
                <span class="sr-only">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {value.groups.map((group) => (
              <tr key={`${group.error} ${group.listener} ${group.type}`}>
                <td>
                  <a href={`/admin/events/${encodeURIComponent(group.exampleId)}`}>
                    <Coded code={group.error} words={errorWords(group.error)} />
                  </a>
                </td>
                <td class="mono">{group.listener ?? '–'}</td>
                <td>{group.type}</td>
                <td class="num">{group.events}</td>
                <td class="num">{group.teams}</td>
                <td>
                  <Time at={group.lastSeen} />
                </td>
                <td>
                  <BulkEvents
                    filter={{ type: group.type, error: group.error, since: group.firstSeen }}
                    label="Replay"
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!value.isComplete && <p class="small soft pad">Only the newest {value.lookedAt} were looked at.</p>}
    </section>
  );
}

function RunningReplays() {
  const { value, error } = useAnswer<Replays>('/api/replays', { limit: 5 });
  const running = value?.replays.filter(({ state }) => state === 'running') ?? [];
  return (
    <>
      {error && (
        <p class="small soft" role="status">
          Running replays could not be read: {error.message}
        </p>
      )}
      {running.map(({ replay, total, replayed, who, asked }) => (
        <section key={replay} class="notice tone-info row spread" aria-label={`Replay ${replay}`}>
          <span class="grow">
            Replay {replay} of {who}, asked for <Time at={asked} />: {replayed} of {total}{' '}
            <progress max={total} value={replayed} aria-label="Replayed" />
          </span>
          <Badge tone="info">running</Badge>
          <Action label="Cancel" path={`/api/replays/${replay}/cancel`} cli={`events replays cancel ${replay}`} />
        </section>
      ))}
    </>
  );
}
