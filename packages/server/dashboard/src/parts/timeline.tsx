/** What happened to a team and its connection, a line for each attempt, verdict and change; the newest 50 are kept. */
import { useState } from 'preact/hooks';
import { duration, Empty, Failure, More, moment, Skeleton, Time } from 'ui-kit';
import type { TimelineEntry, TimelinePage } from '../answers.ts';
import { usePages } from '../pages.ts';
import { capital } from './coded.tsx';

export function Timeline({ path }: { path: string }) {
  const [search, setSearch] = useState('');
  const [isVerdicts, setVerdicts] = useState(false);
  const fields = { limit: 50, ...(isVerdicts && { kinds: ['verdict'] }) };
  const list = usePages<TimelineEntry, TimelinePage>(`${path}/timeline`, fields, (page) => page.entries);
  const rows = list.rows?.filter(({ kind, facts }) =>
    `${kind} ${JSON.stringify(facts)}`.toLowerCase().includes(search.toLowerCase()),
  );
  return (
    <section class="card flush">
      <header>
        <h2>What happened</h2>
        <div class="row">
          <button
            type="button"
            class="button small toggle"
            aria-pressed={isVerdicts}
            onClick={() => setVerdicts(!isVerdicts)}
          >
            Verdicts only
          </button>
          <input
            class="input narrow"
            type="search"
            placeholder="Find"
            aria-label="Search the timeline"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      </header>
      {list.error && <Failure error={list.error} onRetry={list.reload} />}
      {!rows && !list.error && <Skeleton lines={5} />}
      {rows?.length === 0 && <Empty>{search === '' ? 'Nothing yet.' : 'Nothing matches.'}</Empty>}
      <ol class="timeline">
        {rows?.map((entry, index) => (
          <TimelineLine key={`${entry.at}-${index}`} entry={entry} />
        ))}
      </ol>
      {list.hasMore && <More isLoading={list.isLoading} onMore={list.more} />}
    </section>
  );
}

function TimelineLine({ entry: { at, kind, facts } }: { entry: TimelineEntry }) {
  const { from, to, ...others } = facts;
  const isChange = kind === 'verdict' && from !== undefined && to !== undefined;
  const shown = Object.entries(isChange ? others : facts).filter(([, value]) => value !== null);
  return (
    <li>
      <Time at={at} isExact />
      <div>
        <strong>{capital(kind.replaceAll('_', ' '))}</strong>{' '}
        {isChange && (
          <span class="fact">
            {String(from)} → {String(to)}
          </span>
        )}
        {shown.map(([name, value]) => (
          <span key={name} class="fact">
            <span class="soft">{factName(name)}</span> {factValue(name, value)}
          </span>
        ))}
      </div>
    </li>
  );
}

/** `fromMs` is a moment, `downMs` a duration: the names say which. */
function factName(name: string): string {
  return name
    .replace(/Ms$/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/** After this a number of milliseconds is a moment: the year 2001. */
const LEAST_MOMENT_MS = 1_000_000_000_000;

function factValue(name: string, value: unknown): string {
  if (typeof value !== 'number' || !name.endsWith('Ms')) return String(value);
  return value >= LEAST_MOMENT_MS ? moment(value) : duration(value);
}
