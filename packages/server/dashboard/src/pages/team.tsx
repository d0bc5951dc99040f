/** One team: its state in a sentence, what can be done, and what happened. */
import { Badge, CopyButton, Empty, Failure, moment, Skeleton, Time } from 'ui-kit';
import type { AuditPage, EventsPage, LimitsPage, Team, TeamDetails } from '../answers.ts';
import { Action } from '../parts/action.tsx';
import { AuditTable } from '../parts/audit-table.tsx';
import { EventTable } from '../parts/event-table.tsx';
import { TeamConnection } from '../parts/team-connection.tsx';
import { StatusBadge, stateSentence, teamName } from '../parts/team-words.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { useAnswer } from '../read.ts';

export function TeamPage({ teamId }: { teamId: string }) {
  const path = `/api/teams/${encodeURIComponent(teamId)}`;
  const { value: team, error, reload } = useAnswer<TeamDetails>(path);
  const trail = (
    <p class="small">
      <a href="/admin/teams">Teams</a> / <span class="mono">{teamId}</span>
    </p>
  );
  if (!team)
    return (
      <div class="stack">
        {trail}
        <h1 class="mono">{teamId}</h1>
        {error ? <Failure error={error} onRetry={reload} /> : <Skeleton lines={6} />}
      </div>
    );
  return (
    <div class="stack">
      {trail}
      {error && <Failure error={error} onRetry={reload} />}
      <header class="row spread">
        <div class="row">
          <h1>{teamName(team)}</h1>
          <StatusBadge status={team.status} />
        </div>
        <Actions team={team} path={path} />
      </header>
      <Sentence team={team} />
      <div class="columns">
        <div class="stack">
          <Timeline path={path} />
          <RecentEvents teamId={teamId} />
        </div>
        <div class="stack">
          <TeamConnection teamId={teamId} />
          <Facts team={team} />
          <Scopes scopes={team.scopes} />
          <TeamJobs jobs={team.jobs} />
          {team.workspaces && team.workspaces.length > 0 && <Workspaces teams={team.workspaces} />}
          <Limits teamId={teamId} />
          <Changes teamId={teamId} />
        </div>
      </div>
    </div>
  );
}

function Sentence({ team }: { team: TeamDetails }) {
  const { state, next } = stateSentence(team, moment(Date.parse(team.since)));
  const tone = { active: 'good', inactive: 'none', refused: 'bad' }[team.status as string] ?? 'warn';
  const link = `${location.origin}/slack/install?team=${encodeURIComponent(team.teamId)}`;
  return (
    <div class={`notice tone-${tone}`}>
      <p>
        <strong>{state}</strong> {next}{' '}
        {team.status === 'inactive' && <CopyButton text={link} label="Copy the install link" />}
      </p>
      {team.request && (
        <p class="small">
          The server was asked to {team.request === 'probe' ? 'ask Slack' : 'restart it'} and has not done it yet.
        </p>
      )}
      {team.incidentProbe && (
        <p class="small">
          Because of the incident Slack is asked again <Time at={team.incidentProbe} />.
        </p>
      )}
    </div>
  );
}

function Actions({ team, path }: { team: TeamDetails; path: string }) {
  const { teamId } = team;
  const name = teamName(team);
  return (
    <div class="row">
      {team.status === 'inactive' ? (
        <Action label="Reactivate" path={`${path}/reactivate`} tone="primary" cli={`teams reactivate ${teamId}`} />
      ) : (
        <>
          <Action
            label="Ask Slack"
            path={`${path}/probe`}
            cli={`teams probe ${teamId}`}
            title="Whether its token still works"
          />
          <Action
            label="Restart"
            path={`${path}/restart`}
            cli={`teams restart ${teamId}`}
            title="Opens its connection anew"
          />
          <Action
            label="Deactivate"
            path={`${path}/deactivate`}
            tone="danger"
            cli={`teams deactivate ${teamId}`}
            question={{
              title: `Deactivate ${name}?`,
              text: 'The bot stops working there at once. Undone by Reactivate, or when the team installs again.',
              verb: 'Deactivate',
              isDangerous: true,
            }}
          />
        </>
      )}
      {team.status === 'inactive' && (
        <Action
          label="Delete with its data"
          path={`${path}/purge`}
          tone="danger"
          cli={`teams purge ${teamId}`}
          question={{
            title: `Delete ${name} and everything that is stored of it?`,
            text: 'Its row, tokens, documents, timeline and events are deleted. This cannot be undone.',
            verb: 'Delete',
            isDangerous: true,
            typed: teamId,
          }}
        />
      )}
    </div>
  );
}

function Facts({ team }: { team: TeamDetails }) {
  const facts: [string, string | number | null | undefined][] = [
    ['Team', team.teamId],
    ['Domain', team.domain],
    ['Installation', team.installation === team.teamId ? null : team.installation],
    ['Organization', team.enterpriseId],
    ['Bot user', team.botUserId],
    ['Bot', team.botId],
    ['Installed', `${team.installs} ×`],
    ['Access', team.access === 'granted' ? null : team.access],
    ['Tokens', 'sealed; never shown'],
  ];
  return (
    <section class="card">
      <header>
        <h2>Installation</h2>
      </header>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value === null || value === undefined ? null : (
            <>
              <dt>{name}</dt>
              <dd class="mono">{value}</dd>
            </>
          ),
        )}
      </dl>
    </section>
  );
}

function Scopes({ scopes }: { scopes: TeamDetails['scopes'] }) {
  return (
    <section class="card">
      <header>
        <h2>Granted scopes</h2>
      </header>
      {scopes === null && <p class="soft">None: no token of the bot is kept.</p>}
      {scopes?.length === 0 && <p class="soft">Not known.</p>}
      <ul class="row">
        {scopes?.map((scope) => (
          <li key={scope} class="chip mono small">
            {scope}
          </li>
        ))}
      </ul>
    </section>
  );
}

function TeamJobs({ jobs }: { jobs: TeamDetails['jobs'] }) {
  if (jobs.length === 0) return null;
  return (
    <section class="card flush">
      <header>
        <h2>Jobs for it</h2>
        <a class="small" href="/admin/jobs">
          All jobs
        </a>
      </header>
      <div class="table-scroll">
        <table class="table">
          <tbody>
            {jobs.map(({ name, lastRun, asked }) => (
              <tr key={name}>
                <td>{name}</td>
                <td class="num">
                  {lastRun === null ? 'not run yet' : <Time at={lastRun} />}
                  {asked && ', due now'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Workspaces({ teams }: { teams: readonly Team[] }) {
  return (
    <section class="card flush">
      <header>
        <h2>Workspaces of the organization</h2>
      </header>
      <div class="table-scroll">
        <table class="table">
          <tbody>
            {teams.map((team) => (
              <tr key={team.teamId}>
                <td>
                  <a href={`/admin/teams/${encodeURIComponent(team.teamId)}`}>{teamName(team)}</a>
                </td>
                <td>
                  <StatusBadge status={team.status} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function RecentEvents({ teamId }: { teamId: string }) {
  const query = `team:${teamId} status:failed,waiting,done`;
  const { value, error, reload } = useAnswer<EventsPage>('/api/events', { query, limit: 10 });
  return (
    <section class="card flush">
      <header>
        <h2>Recent events</h2>
        <a class="small" href={`/admin/events?query=${encodeURIComponent(query)}`}>
          All
        </a>
      </header>
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={5} />}
      {value?.events.length === 0 && (
        <Empty>
          {value.nextCursor === null
            ? 'None is stored.'
            : `None among the newest ${value.lookedAt.toLocaleString('en')} of all teams.`}
        </Empty>
      )}
      {value && value.events.length > 0 && <EventTable events={value.events} hasTeam={false} />}
    </section>
  );
}

function Limits({ teamId }: { teamId: string }) {
  const { value, error, reload } = useAnswer<LimitsPage>('/api/limits', { teamId });
  // Most teams never reach one, and have no such card.
  if (!error && !value?.limits.length) return null;
  return (
    <section class="card flush">
      <header>
        <h2>Slack’s limits</h2>
      </header>
      {error && <Failure error={error} onRetry={reload} />}
      <div class="table-scroll">
        <table class="table">
          <tbody>
            {value?.limits.map(({ method, hits, lastAt, pauseLeftMs }) => (
              <tr key={method}>
                <td class="mono">{method}</td>
                <td class="num">{hits} × 429</td>
                <td>
                  {pauseLeftMs > 0 ? (
                    <Badge tone="warn">waits {Math.ceil(pauseLeftMs / 1_000)} s</Badge>
                  ) : (
                    <Time at={lastAt} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Changes({ teamId }: { teamId: string }) {
  const { value, error, reload } = useAnswer<AuditPage>('/api/audit', { teamId, limit: 10 });
  return (
    <section class="card flush">
      <header>
        <h2>What operators did</h2>
        <a class="small" href={`/admin/audit?team=${encodeURIComponent(teamId)}`}>
          All
        </a>
      </header>
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton />}
      {value?.entries.length === 0 ? <Empty>Nothing.</Empty> : value && <AuditTable entries={value.entries} isBrief />}
    </section>
  );
}
