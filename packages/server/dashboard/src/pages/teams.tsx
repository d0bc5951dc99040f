/** All teams: counted tabs, one query, actions on those that are picked. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { address, count, Empty, Failure, More, navigate, plural, QueryBox, Skeleton, Time, withParams } from 'ui-kit';
import type { TeamsPage as Page, Team, TeamCounts } from '../answers.ts';
import { usePages } from '../pages.ts';
import { BulkTeams, type Picked } from '../parts/bulk-teams.tsx';
import { Coded } from '../parts/coded.tsx';
import { RowChunks } from '../parts/row-chunks.tsx';
import { StatusBadge, teamName } from '../parts/team-words.tsx';
import { TEAM_TERMS } from '../parts/terms.ts';
import { reasonWords } from '../parts/words.ts';
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
  const [picked, setPicked] = useState<Picked>(new Map());
  const { value: matching } = useAnswer<TeamCounts>('/api/teams/count', { query });
  useEffect(() => setPicked(new Map()), [query]);
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
      {picked.size > 0 && <BulkTeams query={query} picked={picked} matching={matching?.total} onPick={setPicked} />}
      <TeamTable query={query} matching={matching?.total} picked={picked} onPick={setPicked} />
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
  /** How many match. */
  matching: number | undefined;
  picked: Picked;
  readonly onPick: (picked: Picked) => void;
}

function TeamTable({ query, matching, picked, onPick }: TableProps) {
  const list = usePages<Team, Page>('/api/teams', { query, limit: 100 }, (page) => page.teams);
  const toggle = useCallback(
    ({ teamId, status }: Team) => {
      const next = new Map(picked);
      if (!next.delete(teamId)) next.set(teamId, status);
      onPick(next);
    },
    [picked, onPick],
  );
  const failure = list.error && <Failure error={list.error} onRetry={list.reload} />;
  if (!list.rows) return failure ?? <Skeleton lines={8} />;
  if (list.rows.length === 0)
    return <Empty>{query === '' ? 'No workspace has installed the bot yet.' : 'No team matches.'}</Empty>;
  const isAll = list.rows.every(({ teamId }) => picked.has(teamId));
  return (
    <section class="card flush" aria-label="Teams">
      {failure}
      <header>
        <span class="soft" role="status">
          {matching === undefined ? '' : plural(matching, 'team')}
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
                    aria-label="Select all shown"
                    checked={isAll}
                    onChange={() =>
                      onPick(isAll ? new Map() : new Map(list.rows?.map(({ teamId, status }) => [teamId, status])))
                    }
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
          <RowChunks
            rows={list.rows}
            columns={mayOperate.value ? 6 : 5}
            render={(team) => (
              <TeamLine key={team.teamId} team={team} isPicked={picked.has(team.teamId)} onToggle={toggle} />
            )}
          />
        </table>
      </div>
      {list.hasMore && <More isLoading={list.isLoading} onMore={list.more} />}
    </section>
  );
}

function TeamLine({ team, isPicked, onToggle }: { team: Team; isPicked: boolean; onToggle: (team: Team) => void }) {
  return (
    <tr aria-selected={isPicked}>
      {mayOperate.value && (
        <td class="pick">
          <input
            type="checkbox"
            aria-label={`Select ${teamName(team)}`}
            checked={isPicked}
            onChange={() => onToggle(team)}
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
      <td>
        {team.reason ? <Coded code={team.reason} words={reasonWords(team.reason)} /> : <span class="soft">–</span>}
      </td>
      <td>
        <Time at={team.since} />
      </td>
      <td class="num">{team.installs}</td>
    </tr>
  );
}
