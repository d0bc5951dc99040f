/** Commands for what an operator does beside teams and events: post and call, broadcast, replays, jobs, and the audit of it all. */
import { type Command, Option } from 'commander';
import { callMethod } from '../operations/api/call-method.ts';
import { auditOutcomes } from '../operations/audit/audit-repository.ts';
import { exportAudit } from '../operations/audit/export-audit.ts';
import { listAudit } from '../operations/audit/list-audit.ts';
import { postStates } from '../operations/broadcast/broadcast-row.ts';
import { cancelBroadcast } from '../operations/broadcast/cancel-broadcast.ts';
import { listBroadcasts } from '../operations/broadcast/list-broadcasts.ts';
import { showBroadcast } from '../operations/broadcast/show-broadcast.ts';
import { startBroadcast } from '../operations/broadcast/start-broadcast.ts';
import { listJobs } from '../operations/jobs/list-jobs.ts';
import { pauseJob } from '../operations/jobs/pause-job.ts';
import { resumeJob } from '../operations/jobs/resume-job.ts';
import { runJob } from '../operations/jobs/run-job.ts';
import { cancelReplay } from '../operations/replays/cancel-replay.ts';
import { listReplays } from '../operations/replays/list-replays.ts';
import { sayToTeam } from '../operations/teams/say-to-team.ts';
import { explain } from '../operations/why/explain.ts';
import { apiCall, sayOnce } from './api-command.ts';
import { auditExport, auditList } from './audit-command.ts';
import { broadcastCancel, broadcastList, broadcastShow, broadcastStart } from './broadcast-command.ts';
import { jobsList, jobsPause, jobsResume, jobsRun } from './jobs-command.ts';
import { commandOf, numberOption, wholeNumber } from './operation-command.ts';
import { replaysCancel, replaysList } from './replays-command.ts';
import { why } from './why-command.ts';

/** Operations that are said so often, or are so well known, that their command has no group. */
export const shortcuts: Readonly<Record<string, string>> = {
  'teams.say': 'say',
  'api.call': 'api',
  'why.explain': 'why',
};

export function addOperatorCommands(program: Command): void {
  commandOf(program, explain, { word: 'why' })
    .argument('<about>', 'a link to a message, the id of an event (Ev…) or of a team (T…)')
    .option('--team <team>', 'of which team the link is, where its address does not say it')
    .option('--no-slack', 'do not ask Slack about the conversation')
    .action(why);
  addPosting(program);
  addReplays(program);
  addJobs(program);
  addAudit(program);
}

function addPosting(program: Command): void {
  commandOf(program, sayToTeam, { word: 'say' })
    .argument('<team>')
    .argument('<to>', 'a channel (C…) or a person (U…)')
    .argument('[text]')
    .option('--blocks <json>', 'blocks of Block Kit, as JSON or as @FILE')
    .option('--thread <ts>', 'answer in the thread of this message')
    .action(sayOnce);
  commandOf(program, callMethod, { word: 'api' })
    .argument('<method>', 'for example users.info')
    .argument('[fields...]', 'key=value, or key:=json, or key:=@FILE')
    .requiredOption('--team <team>', 'whose token is used')
    .action(apiCall);

  const broadcast = program.command('broadcast').description('post a message to many teams, and show the progress');
  commandOf(broadcast, startBroadcast)
    .argument('[text]')
    .option('--blocks <json>', 'blocks of Block Kit, as JSON or as @FILE')
    .option('--to <channel>', 'a channel that each team has, for example #general; default: who installed the app')
    .option('--or-else <channel>', 'where nobody knows who installed the app')
    .option('--team <team>', 'only to this team')
    .option('--search <text>', 'only to teams with this in their id, name or domain')
    .option(
      '--where <query>',
      'only to teams that match, for example "enterprise:E0ACME0001 since:30d"; terms: teams list --help',
    )
    .addOption(numberOption('--per-minute <n>', 'posts per minute, 1 to 6000', startBroadcast.input.shape.perMinute))
    .option('--dry-run', 'only count the teams')
    .option('--wait', 'follow it until it has ended; exits 1 when a team failed')
    .option('--yes', 'do not ask')
    .action(broadcastStart);
  commandOf(broadcast, listBroadcasts).action(broadcastList);
  commandOf(broadcast, showBroadcast)
    .argument('<broadcast>', 'its number', wholeNumber)
    .addOption(new Option('--state <state>', 'only teams in this state').choices(postStates))
    .addOption(numberOption('--limit <n>', 'teams at most, 1 to 1000', showBroadcast.input.shape.limit))
    .option('--cursor <cursor>', 'go on behind an earlier list')
    .action(broadcastShow);
  commandOf(broadcast, cancelBroadcast).argument('<broadcast>', 'its number', wholeNumber).action(broadcastCancel);
}

function addReplays(program: Command): void {
  const replays = program.command('replays').description('list and stop replays of failed events');
  commandOf(replays, listReplays, { isDefault: true }).action(replaysList);
  commandOf(replays, cancelReplay).argument('<replay>', 'its number', wholeNumber).action(replaysCancel);
}

function addJobs(program: Command): void {
  const jobs = program.command('jobs').description('list, run, pause and resume the jobs of the bot');
  commandOf(jobs, listJobs)
    .addOption(numberOption('--runs <n>', 'last runs of each with --json, 0 to 50', listJobs.input.shape.runs))
    .action(jobsList);
  commandOf(jobs, runJob)
    .argument('<job>', 'its name, as `jobs list` shows it')
    .option('--team <team>', 'of a job per team: only for this one')
    .action(jobsRun);
  commandOf(jobs, pauseJob).argument('<job>').action(jobsPause);
  commandOf(jobs, resumeJob).argument('<job>').action(jobsResume);
}

function addAudit(program: Command): void {
  const audit = program.command('audit').description('what operators changed');
  picksAudits(commandOf(audit, listAudit))
    .addOption(numberOption('--limit <n>', 'rows at most, 1 to 500', listAudit.input.shape.limit))
    .option('--cursor <cursor>', 'go on behind an earlier list')
    .action(auditList);
  picksAudits(commandOf(audit, exportAudit)).action(auditExport);
}

/** Which rows of the audit. */
function picksAudits(command: Command): Command {
  return command
    .option('--who <who>', 'only by this one, for example cli:ann')
    .option('--operation <name>', 'only this operation, for example teams.deactivate, or all of teams')
    .option('--team <team>', 'only about this team')
    .addOption(new Option('--outcome <outcome>', 'only with this outcome').choices(auditOutcomes))
    .option('--since <time>', 'not older: 24h, 7d, or 2026-11-18T11:00:00Z')
    .option('--until <time>', 'older than this');
}
