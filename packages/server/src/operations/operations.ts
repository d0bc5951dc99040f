/** All that an operator may ask or do. What stands here is behind every door; what does not is behind none. */
import { callMethod } from './api/call-method.ts';
import { moveApp } from './app/move-app.ts';
import { exportAudit } from './audit/export-audit.ts';
import { listAudit } from './audit/list-audit.ts';
import { cancelBroadcast } from './broadcast/cancel-broadcast.ts';
import { listBroadcasts } from './broadcast/list-broadcasts.ts';
import { showBroadcast } from './broadcast/show-broadcast.ts';
import { startBroadcast } from './broadcast/start-broadcast.ts';
import { drainNode } from './cluster/drain-node.ts';
import { showCluster } from './cluster/show-cluster.ts';
import { listConnections } from './connections/list-connections.ts';
import { discardEvents } from './events/discard-events.ts';
import { groupEvents } from './events/group-events.ts';
import { listEvents } from './events/list-events.ts';
import { replayEvents } from './events/replay-events.ts';
import { showEvent } from './events/show-event.ts';
import { showHistory } from './history/show-history.ts';
import { askInIncident } from './incident/ask-in-incident.ts';
import { deactivateIncident } from './incident/deactivate-incident.ts';
import { showIncident } from './incident/show-incident.ts';
import { waitInIncident } from './incident/wait-in-incident.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { pauseJob } from './jobs/pause-job.ts';
import { resumeJob } from './jobs/resume-job.ts';
import { runJob } from './jobs/run-job.ts';
import { rotateKeys } from './keys/rotate-keys.ts';
import { showLimits } from './limits/show-limits.ts';
import type { Operation } from './operation.ts';
import { cancelReplay } from './replays/cancel-replay.ts';
import { listReplays } from './replays/list-replays.ts';
import { showStatus } from './status/show-status.ts';
import { countTeams } from './teams/count-teams.ts';
import { deactivateTeam } from './teams/deactivate-team.ts';
import { exchangeTokens } from './teams/exchange-tokens.ts';
import { exportTeam } from './teams/export-team.ts';
import { importTeams } from './teams/import-teams.ts';
import { listTeams } from './teams/list-teams.ts';
import { probeTeam } from './teams/probe-team.ts';
import { purgeTeam } from './teams/purge-team.ts';
import { reactivateTeam } from './teams/reactivate-team.ts';
import { removeTeam } from './teams/remove-team.ts';
import { restartTeam } from './teams/restart-team.ts';
import { sayToTeam } from './teams/say-to-team.ts';
import { showTeam } from './teams/show-team.ts';
import { teamTimeline } from './teams/team-timeline.ts';
import { explain } from './why/explain.ts';

export const operations: readonly Operation[] = [
  showStatus,
  explain,
  showHistory,
  listTeams,
  countTeams,
  showTeam,
  teamTimeline,
  deactivateTeam,
  reactivateTeam,
  restartTeam,
  probeTeam,
  removeTeam,
  purgeTeam,
  exportTeam,
  exchangeTokens,
  importTeams,
  sayToTeam,
  callMethod,
  startBroadcast,
  listBroadcasts,
  showBroadcast,
  cancelBroadcast,
  listConnections,
  showLimits,
  showIncident,
  askInIncident,
  deactivateIncident,
  waitInIncident,
  listEvents,
  groupEvents,
  showEvent,
  replayEvents,
  discardEvents,
  listReplays,
  cancelReplay,
  listJobs,
  runJob,
  pauseJob,
  resumeJob,
  moveApp,
  rotateKeys,
  showCluster,
  drainNode,
  listAudit,
  exportAudit,
];
