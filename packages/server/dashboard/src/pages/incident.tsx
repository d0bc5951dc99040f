/** Many installations failing at once: the evidence, who is held, and what each choice does. */
import { Badge, count, Empty, Failure, More, plural, Skeleton, Time } from 'ui-kit';
import type { Incident, Team, TeamsPage } from '../answers.ts';
import { usePages } from '../pages.ts';
import { Action } from '../parts/action.tsx';
import { Coded } from '../parts/coded.tsx';
import { StatusBadge, teamName } from '../parts/team-words.tsx';
import { reasonWords } from '../parts/words.ts';
import { useAnswer } from '../read.ts';

export function IncidentPage() {
  const { value: incident, error, reload } = useAnswer<Incident>('/api/incident');
  const isCalm = incident?.since === null && incident.held === 0;
  return (
    <div class="stack">
      <h1>Incident</h1>
      {error && <Failure error={error} onRetry={reload} />}
      {!incident && !error && <Skeleton lines={6} />}
      {incident && (isCalm ? <Calm incident={incident} /> : <Storm incident={incident} />)}
    </div>
  );
}

function Calm({ incident }: { incident: Incident }) {
  return (
    <section class="card stack">
      <p class="row">
        <Badge tone="good">No incident</Badge>
      </p>
      <p class="soft prose">
        When Slack rejects the tokens of many teams within minutes, that is more often a fault at Slack than real
        uninstalls. Those teams are held: nothing is sent for them until Slack accepts their tokens again, has rejected
        them for hours, or an operator decides.
      </p>
      {incident.deactivated > 0 && (
        <p>
          {plural(incident.deactivated, 'team')} of the last one {incident.deactivated === 1 ? 'was' : 'were'}{' '}
          deactivated and {incident.deactivated === 1 ? 'is' : 'are'} still asked about.
        </p>
      )}
    </section>
  );
}

function Storm({ incident }: { incident: Incident }) {
  const { held, deactivated, since, nextProbe, noDeactivationBefore, codes } = incident;
  return (
    <>
      <section class="notice tone-bad">
        <p>
          <strong>
            {plural(held, 'team')} {held === 1 ? 'is' : 'are'} held
          </strong>
          . It began <Time at={since} />. Slack is asked again <Time at={nextProbe} />.
        </p>
        {noDeactivationBefore && (
          <p>
            No held team is deactivated before <Time at={noDeactivationBefore} isExact /> unless Slack reports an
            uninstall; after that, only if Slack rejects its token at both the 1 h and the 6 h check.
          </p>
        )}
        {deactivated > 0 && (
          <p>
            {plural(deactivated, 'team')} {deactivated === 1 ? 'was' : 'were'} deactivated just before, and{' '}
            {deactivated === 1 ? 'is' : 'are'} asked about as well.
          </p>
        )}
      </section>
      <Choices held={held} />
      <Said codes={codes} />
      <Held />
    </>
  );
}

/** What an operator can decide, and what each choice does. */
function Choices({ held }: Pick<Incident, 'held'>) {
  return (
    <div class="cards choices">
      <Choice
        title="Wait"
        text="Each team is probed again after 5 min, 15 min, 1 h, 6 h and 24 h. Teams whose token works are released."
      />
      <Choice
        title="Ask now"
        text="All teams of the incident are probed at Slack. Teams whose token works are released, teams whose token it rejects stay as they are."
      >
        <Action label="Ask Slack now" path="/api/incident/ask" tone="primary" cli="incident ask" />
      </Choice>
      <Choice
        title="They are gone"
        text="All held teams are deactivated, and no team of the incident is probed again. Each comes back when it installs the app again."
      >
        <Action
          label="Deactivate all"
          path="/api/incident/deactivate"
          tone="danger"
          cli="incident deactivate"
          question={{
            title: `Deactivate ${plural(held, 'team')}?`,
            text: 'The bot stops working there.',
            verb: `Deactivate ${count(held)}`,
            isDangerous: true,
            typed: String(held),
          }}
        />
      </Choice>
      <Choice
        title="Slack’s fault"
        text="No held team is deactivated for 6 h from now, unless Slack reports an uninstall. The probes begin anew in 5 min."
      >
        <Action label="Ask later" path="/api/incident/wait" cli="incident wait" />
      </Choice>
    </div>
  );
}

function Said({ codes }: Pick<Incident, 'codes'>) {
  return (
    <section class="card">
      <header>
        <h2>What Slack said</h2>
      </header>
      <dl class="facts">
        {Object.entries(codes).map(([code, teams]) => (
          <>
            <dt>
              <Coded code={code} words={reasonWords(code)} />
            </dt>
            <dd>{plural(Number(teams), 'team')}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Choice({ title, text, children }: { title: string; text: string; children?: preact.ComponentChildren }) {
  return (
    <section class="card stack">
      <h2>{title}</h2>
      <p class="soft grow">{text}</p>
      {children}
    </section>
  );
}

function Held() {
  const list = usePages<Team, TeamsPage>('/api/teams', { query: 'incident:yes', limit: 100 }, (page) => page.teams);
  return (
    <section class="card flush">
      <header>
        <h2>Teams of the incident</h2>
        <a class="small" href="/admin/teams?query=incident:yes">
          As a list
        </a>
      </header>
      {list.error && <Failure error={list.error} onRetry={list.reload} />}
      {list.rows?.length === 0 && <Empty>None.</Empty>}
      {list.rows && list.rows.length > 0 && <TeamTable teams={list.rows} />}
      {list.hasMore && <More isLoading={list.isLoading} onMore={list.more} />}
    </section>
  );
}

function TeamTable({ teams }: { teams: readonly Team[] }) {
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th>Team</th>
            <th>Status</th>
            <th>Reason</th>
            <th>Since</th>
          </tr>
        </thead>
        <tbody>
          {teams.map((team) => (
            <tr key={team.teamId}>
              <td>
                <a href={`/admin/teams/${encodeURIComponent(team.teamId)}`}>{teamName(team)}</a>
              </td>
              <td>
                <StatusBadge status={team.status} />
              </td>
              <td>{team.reason && <Coded code={team.reason} words={reasonWords(team.reason)} />}</td>
              <td>
                <Time at={team.since} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
