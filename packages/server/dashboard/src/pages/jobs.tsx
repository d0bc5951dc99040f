/** Jobs of the bot: when they ran, when they run next, and running or pausing them. */
import { Badge, count, Empty, Failure, plural, type Question, Skeleton, Time, type Tone } from 'ui-kit';
import type { Job, Jobs } from '../answers.ts';
import { Action } from '../parts/action.tsx';
import { quoted } from '../parts/quoted.ts';
import { useAnswer } from '../read.ts';
import { api } from '../session.ts';

export function JobsPage() {
  const { value, error, reload } = useAnswer<Jobs>('/api/jobs', { runs: 10 });
  return (
    <div class="stack">
      <h1>Jobs</h1>
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={6} />}
      {value?.jobs.length === 0 && <Empty>The bot has no jobs.</Empty>}
      {value?.jobs.map((job) => (
        <JobCard key={job.name} job={job} />
      ))}
    </div>
  );
}

const OUTCOMES: Readonly<Record<Job['runs'][number]['outcome'], Tone>> = {
  running: 'info',
  done: 'good',
  failed: 'bad',
};

function JobCard({ job }: { job: Job }) {
  const path = `/api/jobs/${encodeURIComponent(job.name)}`;
  const name = quoted(job.name);
  return (
    <section class="card flush" aria-label={job.name}>
      <header>
        <div>
          <h2 class="row">
            {job.name} {job.paused && <Badge tone="warn">paused</Badge>}{' '}
            {job.perTeam && <Badge isPlain>for each team</Badge>}
          </h2>
          <p class="small soft">
            <code>{job.schedule}</code>
            {job.nextRun && (
              <>
                {' '}
                · next <Time at={job.nextRun} />
              </>
            )}
            {job.asked && (
              <>
                {' '}
                · asked for <Time at={job.asked} />
              </>
            )}
            {job.teams && <TeamRuns teams={job.teams} />}
          </p>
        </div>
        <div class="row">
          <Action
            label="Run now"
            path={`${path}/run`}
            question={job.perTeam ? () => runQuestion(job.name, path) : undefined}
            cli={`jobs run ${name}`}
            isDisabled={job.paused !== null}
            title={job.paused === null ? undefined : 'It is paused: resume it first'}
          />
          {job.paused ? (
            <Action label="Resume" path={`${path}/resume`} tone="primary" cli={`jobs resume ${name}`} />
          ) : (
            <Action label="Pause" path={`${path}/pause`} cli={`jobs pause ${name}`} />
          )}
        </div>
      </header>
      {job.runs.length === 0 && !job.teams?.ran && <Empty>It has not run yet.</Empty>}
      {job.runs.length > 0 && (
        <div class="table-scroll">
          <table class="table">
            <tbody>
              {job.runs.map((run) => (
                <tr key={run.planned}>
                  <td>
                    <Time at={run.started} />
                  </td>
                  <td>
                    <Badge tone={OUTCOMES[run.outcome]}>{run.outcome}</Badge>
                  </td>
                  <td>{run.error && <code class="clamp">{run.error}</code>}</td>
                  <td class="small soft mono">{run.node}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** Counted when somebody presses: what reaches many teams is said before. */
async function runQuestion(name: string, path: string): Promise<Question | string> {
  const { teams } = await api.post<{ teams: number }>(`${path}/run`, { dryRun: true });
  if (teams === 0) return `${name} would run for no team: none is active.`;
  const many = plural(teams, 'team');
  return {
    title: `Run ${name} for ${many}?`,
    text: 'It runs now for each active team, a few at a time, beside its planned runs. It cannot be undone.',
    verb: `Run for ${many}`,
  };
}

/** Of a job that runs for each team: for how many it has, and when the newest of these runs was. */
function TeamRuns({ teams: { count: teams, ran, newest } }: { teams: NonNullable<Job['teams']> }) {
  const all = plural(teams, 'team');
  if (newest === null) return <> · {all}</>;
  return (
    <>
      {' '}
      · {ran === teams ? all : `${count(ran)} of ${all}`}, last <Time at={newest} />
    </>
  );
}
