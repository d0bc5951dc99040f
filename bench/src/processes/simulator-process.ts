/** The simulated Slack, in a process of its own: the same one for every contender of a run. */
import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { type InstallationInfo, type Simulator, startSimulator } from 'slack-simulator';
import { answerRequests, cpuMs } from './answer-requests.ts';
import type { Team } from './messages.ts';
import { type PauseTold, watchPauses } from './watch-pauses.ts';

/** Records that one contender may cause per team, with much to spare: nothing of a phase may be forgotten before it is read. */
const RECORDS_PER_TEAM = 100;
/** Installs under way at once. */
const BATCH = 50;

const servers = new Set<Server>();
subscribe('http.server.request.start', (message) => servers.add((message as { server: Server }).server));

const pauses: PauseTold[] = [];
watchPauses((pause) => pauses.push(pause));

answerRequests({
  cpu: cpuMs,
  pauses: () => pauses,
  closeIdle() {
    for (const server of servers) server.closeIdleConnections();
    return null;
  },
  async simulate({ teams: count, app, logCapacity = 10_000 + RECORDS_PER_TEAM * count }) {
    // What is measured is the app: it may fail as often as it does, and nothing is held back.
    const eventLimits = { disableFromEvents: Number.MAX_SAFE_INTEGER, perHour: Number.MAX_SAFE_INTEGER };
    const simulator = await startSimulator({ teams: count, logCapacity, eventLimits, ...(app && { app }) });
    const { url, apiUrl } = simulator;
    return { url, apiUrl, teams: await installEverywhere(simulator) };
  },
});

async function installEverywhere({ control }: Simulator): Promise<Team[]> {
  const ids = (await control.teams()).map(({ id }) => id);
  const teams: Team[] = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const installs = ids.slice(from, from + BATCH).map((team) => control.install({ team }));
    teams.push(...(await Promise.all(installs)).map(teamOf));
  }
  return teams;
}

function teamOf({ team, teamName, botToken, botUserId, botId }: InstallationInfo): Team {
  return { teamId: team, name: teamName, token: botToken, botUserId, botId };
}
