/** Jobs of the bot: when they ran, when they run next, and running or pausing them. */
import { Badge, Empty, Failure, Skeleton, Time, type Tone } from 'ui-kit';
import type { Job, Jobs } from '../answers.ts';
import { Action } from '../parts/action.tsx';
import { useAnswer } from '../read.ts';

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
  return (
    <section class="card flush" aria-label={job.name}>
      <header>
        <div>
          <h2 class="row">
            {job.name} {job.paused && <Badge tone="warn">paused</Badge>}{' '}
            {job.perTeam && <Badge isPlain>for each team</Badge>}
          </h2>
          <p class="small soft">
            <code>{job.schedule}</code> · next <Time at={job.nextRun} />
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
          <Action label="Run now" path={`${path}/run`} cli={`jobs run ${job.name}`} />
          {job.paused ? (
            <Action label="Resume" path={`${path}/resume`} tone="primary" cli={`jobs resume ${job.name}`} />
          ) : (
            <Action label="Pause" path={`${path}/pause`} cli={`jobs pause ${job.name}`} />
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

/** Of a job that runs for each team: for how many it has, and when the newest of these runs was. */
function TeamRuns({ teams: { count, ran, newest } }: { teams: NonNullable<Job['teams']> }) {
  if (newest === null) return <> · {count} teams</>;
  return (
    <>
      {' '}
      · {ran === count ? `${count} teams` : `${ran} of ${count} teams`}, last <Time at={newest} />
    </>
  );
}
