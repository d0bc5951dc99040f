/** All teams: counted tabs, one query, actions on those that are picked. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import {
  address,
  confirmed,
  count,
  Empty,
  Failure,
  More,
  navigate,
  plural,
  QueryBox,
  Skeleton,
  Time,
  toast,
  withParams,
} from 'ui-kit';
import type { TeamsPage as Page, Team, TeamCounts } from '../answers.ts';
import { usePages } from '../pages.ts';
import { act } from '../parts/action.tsx';
import { StatusBadge, teamName } from '../parts/team-words.tsx';
import { TEAM_TERMS } from '../parts/terms.ts';
import { useAnswer } from '../read.ts';
import { mayOperate } from '../session.ts';

const TABS: readonly (readonly [string, string, (status: string) => boolean])[] = [
  ['', 'All', () => true],
  ['status:active doubt:none', 'Active', (status) => status === 'active'],
  ['status:active doubt:confirming,held', 'In doubt', (status) => status.startsWith('active (')],
  ['status:suspended', 'Suspended', (status) => status === 'suspended'],
  ['status:inactive', 'Inactive', (status) => status === 'inactive'],
];

export function TeamsPage() {
  const query = address.value.searchParams.get('query') ?? '';
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setPicked(new Set()), [query]);
  const setQuery = (to: string) => navigate(withParams({ query: to }), { replace: true });
  return (
    <div class="stack">
      <h1>Teams</h1>
      <Tabs query={query} />
      <QueryBox
        label="Find teams"
        placeholder="status:inactive reason:token_revoked since:24h acme"
        value={query}
        terms={TEAM_TERMS}
        onChange={setQuery}
      />
      {picked.size > 0 && <Bulk teamIds={[...picked]} onDone={() => setPicked(new Set())} />}
      <TeamTable query={query} picked={picked} onPick={setPicked} />
    </div>
  );
}

function Tabs({ query }: { query: string }) {
  const { value } = useAnswer<TeamCounts>('/api/teams/count');
  const of = (belongs: (status: string) => boolean) =>
    value?.counts.reduce((sum, { status, teams }) => sum + (belongs(status) ? teams : 0), 0);
  return (
    <nav class="tabs" aria-label="By status">
      {TABS.map(([term, words, belongs]) => {
        const teams = of(belongs);
        return (
          <a key={words} href={withParams({ query: term })} aria-current={query === term ? 'page' : undefined}>
            {words} <span class="count">{teams === undefined ? '' : count(teams)}</span>
          </a>
        );
      })}
    </nav>
  );
}

interface TableProps {
  query: string;
  picked: ReadonlySet<string>;
  readonly onPick: (picked: ReadonlySet<string>) => void;
}

function TeamTable({ query, picked, onPick }: TableProps) {
  const list = usePages<Team, Page>('/api/teams', { query, limit: 100 }, (page) => page.teams);
  const { value: matching } = useAnswer<TeamCounts>('/api/teams/count', { query });
  const toggle = useCallback(
    (teamId: string) =>
      onPick(picked.has(teamId) ? new Set([...picked].filter((id) => id !== teamId)) : new Set([...picked, teamId])),
    [picked, onPick],
  );
  if (list.error) return <Failure error={list.error} onRetry={list.reload} />;
  if (!list.rows) return <Skeleton lines={8} />;
  if (list.rows.length === 0)
    return <Empty>{query === '' ? 'No workspace has installed the bot yet.' : 'No team matches.'}</Empty>;
  const isAll = list.rows.every(({ teamId }) => picked.has(teamId));
  return (
    <section class="card flush" aria-label="Teams">
      <header>
        <span class="soft" role="status">
          {matching ? plural(matching.total, 'team') : ''}
        </span>
      </header>
      <div class="table-scroll">
        <table class="table teams-table">
          <thead>
            <tr>
              {mayOperate.value && (
                <th class="pick">
                  <input
                    type="checkbox"
                    aria-label="Pick all that are shown"
                    checked={isAll}
                    onChange={() => onPick(isAll ? new Set() : new Set(list.rows?.map(({ teamId }) => teamId)))}
                  />
                </th>
              )}
              <th>Team</th>
              <th>Status</th>
              <th>Reason</th>
              <th>Since</th>
              <th class="num">Installs</th>
            </tr>
          </thead>
          <tbody>
            {list.rows.map((team) => (
              <TeamLine key={team.teamId} team={team} isPicked={picked.has(team.teamId)} onToggle={toggle} />
            ))}
          </tbody>
        </table>
      </div>
      {list.hasMore && <More isLoading={list.isLoading} onMore={list.more} />}
    </section>
  );
}

function TeamLine({ team, isPicked, onToggle }: { team: Team; isPicked: boolean; onToggle: (teamId: string) => void }) {
  return (
    <tr aria-selected={isPicked}>
      {mayOperate.value && (
        <td class="pick">
          <input
            type="checkbox"
            aria-label={`Pick ${teamName(team)}`}
            checked={isPicked}
            onChange={() => onToggle(team.teamId)}
          />
        </td>
      )}
      <td>
        <a href={`/admin/teams/${encodeURIComponent(team.teamId)}`} class="strong">
          {teamName(team)}
        </a>
        <div class="small soft mono">
          {team.teamId}
          {team.domain && ` · ${team.domain}`}
          {team.enterpriseId && ` · ${team.enterpriseId}`}
        </div>
      </td>
      <td>
        <StatusBadge status={team.status} />
      </td>
      <td>{team.reason ? <code>{team.reason}</code> : <span class="soft">–</span>}</td>
      <td>
        <Time at={team.since} />
      </td>
      <td class="num">{team.installs}</td>
    </tr>
  );
}

const BULK = [
  [
    'restart',
    'Restart',
    'Their connections are opened anew.',
    'Nothing is lost: the old connection goes on until the new one is open.',
  ],
  [
    'probe',
    'Ask Slack',
    'Slack is asked whether their tokens still work; what it answers decides.',
    'A team that Slack disowns becomes inactive.',
  ],
  ['deactivate', 'Deactivate', 'The bot stops working for them.', 'Undone by Reactivate, or when they install again.'],
  ['reactivate', 'Reactivate', 'Slack is asked, and where the token works the bot goes on.', 'Undone by Deactivate.'],
] as const;

function Bulk({ teamIds, onDone }: { teamIds: readonly string[]; onDone: () => void }) {
  const [progress, setProgress] = useState<string>();
  const run = async ([word, label, what, undo]: (typeof BULK)[number]) => {
    const many = plural(teamIds.length, 'team');
    const text = `${what} ${undo}`;
    if (
      !(await confirmed({
        title: `${label}: ${many}?`,
        text,
        verb: `${label} ${many}`,
        isDangerous: word === 'deactivate',
      }))
    )
      return;
    let refused = 0;
    for (const [index, teamId] of teamIds.entries()) {
      setProgress(`${index + 1} of ${teamIds.length}`);
      if ((await act(`/api/teams/${encodeURIComponent(teamId)}/${word}`, {})) === undefined) refused++;
    }
    setProgress(undefined);
    toast(
      refused === 0 ? `${label}: ${many}.` : `${label}: ${refused} of ${many} refused.`,
      refused === 0 ? 'good' : 'bad',
    );
    onDone();
  };
  return (
    <section class="card row spread bulk" aria-label="Picked teams">
      <strong>{plural(teamIds.length, 'team')} picked</strong>
      <div class="row">
        {progress && <span role="status">{progress}</span>}
        {BULK.map((action) => (
          <button
            key={action[0]}
            type="button"
            class={`button small${action[0] === 'deactivate' ? ' danger' : ''}`}
            disabled={progress !== undefined}
            onClick={() => run(action)}
          >
            {action[1]}
          </button>
        ))}
        <button type="button" class="button quiet small" onClick={onDone}>
          Pick none
        </button>
      </div>
    </section>
  );
}
