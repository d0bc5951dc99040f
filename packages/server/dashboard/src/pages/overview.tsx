/** How it stands: teams, connections, events, nodes; each number leads to its list. */
import type { ComponentChildren } from 'preact';
import { bytes, count, duration, Failure, plural, Skeleton, Time } from 'ui-kit';
import type { History as HistoryAnswer, Status, TeamCounts } from '../answers.ts';
import { readAgain } from '../live.ts';
import { Coded } from '../parts/coded.tsx';
import { Happenings } from '../parts/happenings.tsx';
import { History } from '../parts/history.tsx';
import { reasonWords } from '../parts/words.ts';
import { useAnswer } from '../read.ts';
import { status } from '../status.ts';

export function OverviewPage({ error }: { error: Error | undefined }) {
  const now = status.value;
  return (
    <div class="stack">
      <h1>Overview</h1>
      {error && <Failure error={error} onRetry={readAgain} />}
      {now ? <Standing now={now} /> : !error && <Skeleton lines={8} />}
    </div>
  );
}

function Standing({ now }: { now: Status }) {
  return (
    <>
      {now.incident && (
        <a class="notice tone-bad block" href="/admin/incident">
          <strong>An incident is on.</strong> It began <Time at={now.incident.since} />:{' '}
          {plural(now.incident.held, 'team')} held. See what can be done.
        </a>
      )}
      {now.store.trouble && (
        <p class="notice tone-bad">
          <strong>Events cannot be stored</strong> since <Time at={now.store.trouble.since} isExact />:{' '}
          {now.store.trouble.what}. {now.store.trouble.fix}
        </p>
      )}
      {now.server === null && <p class="notice tone-warn">No server runs on this database: what is asked waits.</p>}
      <div class="cards tiles">
        <Tile label="Active teams" href="/admin/teams?query=status:active" value={count(now.teams.active)} />
        <Tile
          label="In doubt"
          href="/admin/teams?query=doubt:confirming,held"
          value={count(now.teams.confirming + now.teams.held)}
          isBad={now.teams.held > 0}
        />
        <Tile label="Suspended" href="/admin/teams?query=status:suspended" value={count(now.teams.suspended)} />
        <Tile label="Inactive" href="/admin/teams?query=status:inactive" value={count(now.teams.inactive)} />
        <Tile
          label="Failed events"
          href="/admin/events?query=status:failed"
          value={count(now.events.failed)}
          isBad={now.events.failed > 0}
        />
        <Tile label="Waiting events" href="/admin/events?query=status:waiting" value={count(now.events.waiting)}>
          {now.events.oldestWaiting && (
            <>
              oldest <Time at={now.events.oldestWaiting} />
            </>
          )}
        </Tile>
        <Pace />
        <Tile label="Open connections" href="/admin/teams?query=connection:open" value={count(openConnections(now))} />
        <Tile label="Nodes" href="/admin/cluster" value={count(now.servers.length)} />
      </div>
      <History />
      <div class="columns">
        <Happenings />
        <div class="stack">
          <Reasons />
          <Store now={now} />
        </div>
      </div>
    </>
  );
}

/** Of the last whole minute: how many events came, and how long they took. */
function Pace() {
  const { value } = useAnswer<HistoryAnswer>('/api/history', { hours: 1 });
  const last = value?.points.at(-1);
  const takenMs = last?.takenMs ?? value?.points.findLast((point) => point.takenMs !== null)?.takenMs ?? null;
  return (
    <>
      <Tile label="Events a minute" href="/admin/events?query=status:done" value={last ? count(last.accepted) : '–'}>
        {last && last.failed > 0 ? `${count(last.failed)} failed` : 'the last whole minute'}
      </Tile>
      <Tile
        label="Stored to handled"
        href="/admin/events?query=status:done"
        value={takenMs === null ? '–' : duration(takenMs)}
      >
        on average
      </Tile>
    </>
  );
}

function openConnections({ servers }: Status): number {
  return servers
    .filter(({ isCurrent }) => isCurrent)
    .reduce((sum, { connections }) => sum + Number(connections.open ?? 0), 0);
}

interface TileProps {
  label: string;
  value: string;
  href: string;
  isBad?: boolean;
  children?: ComponentChildren;
}

function Tile({ label, value, href, isBad = false, children }: TileProps) {
  return (
    <a class={`card tile${isBad ? ' tile-bad' : ''}`} href={href}>
      <span class="tile-label">{label}</span>
      <span class="tile-value">{value}</span>
      <span class="small soft">{children}</span>
    </a>
  );
}

function Reasons() {
  const { value } = useAnswer<TeamCounts>('/api/teams/count');
  const rows = value?.counts.filter(({ reason }) => reason !== null) ?? [];
  if (rows.length === 0) return null;
  return (
    <section class="card flush">
      <header>
        <h2>Why teams are not active</h2>
      </header>
      <div class="table-scroll">
        <table class="table">
          <tbody>
            {rows.map(({ status: state, reason, teams }) => (
              <tr key={`${state} ${reason}`}>
                <td>
                  <a href={`/admin/teams?query=reason:${encodeURIComponent(reason ?? '')}`}>
                    <Coded code={reason ?? ''} words={reasonWords(reason ?? '')} />
                  </a>
                </td>
                <td class="nowrap">{state}</td>
                <td class="num">{count(teams)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Store({ now }: { now: Status }) {
  const [first] = now.servers;
  return (
    <section class="card">
      <header>
        <h2>Server</h2>
      </header>
      <dl class="facts">
        <dt>Transport</dt>
        <dd>{first?.transport ?? '–'}</dd>
        <dt>Version</dt>
        <dd>{[...new Set(now.servers.map(({ version }) => version))].join(', ') || '–'}</dd>
        <dt>Up</dt>
        <dd>{first ? duration(first.uptimeMs) : '–'}</dd>
        <dt>Database</dt>
        <dd>
          {now.store.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}
          {now.store.sizeBytes !== null && `, ${bytes(Number(now.store.sizeBytes))}`}, schema {now.store.schema}
        </dd>
        <dt>Key</dt>
        <dd class="mono">{now.keys.sealsWith}</dd>
        {now.nextExpiries.slice(0, 3).map(({ installation, expires, token }) => (
          <>
            <dt>Next expiry</dt>
            <dd>
              <a href={`/admin/teams/${encodeURIComponent(installation)}`}>{installation}</a>, {token} token{' '}
              <Time at={expires} />
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}
