/** `slack-bot-server teams …`: reads and writes the rows that say what should be. A running server acts on them within a second. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { BotServerError } from '../errors.ts';
import { transition } from '../judge/installation-lifecycle.ts';
import { judgeDefaults } from '../judge/judge-options.ts';
import { nextIncidentProbeMs } from '../team/breaker.ts';
import { type InstallationState, isNamedAfter, type Team } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import { systemClock } from '../time/clock.ts';
import { findServer, type Storage } from '../wiring/create-storage.ts';
import { withStorage } from './command-storage.ts';
import { allInstallations } from './installation-pages.ts';
import { EXIT, isoTime, say, sayJson, sayTable } from './output.ts';
import { type ImportedLine, importTeams } from './teams-import.ts';

interface JsonOption {
  json?: boolean;
}

/** How long `reactivate` waits for the running server's answer, in milliseconds. */
const ANSWER_WAIT_MS = 10_000;

/** Which teams `list` shows: those that fit all of it. */
interface ListOptions {
  status?: InstallationState['kind'];
  search?: string;
  incident?: boolean;
}

/** `teams list`. */
export async function listTeams(options: JsonOption & ListOptions): Promise<void> {
  await withStorage(async ({ installations }) => {
    const rows: ReturnType<typeof rowsOf> = [];
    for await (const view of allInstallations(installations, filterOf(options))) rows.push(...rowsOf(view));
    if (options.json) return sayJson(rows);
    if (rows.length === 0) return say('no teams');
    sayTeams(rows);
  });
}

/** The installation is a column of its own where there are org-wide ones, which have many teams. */
function sayTeams(rows: readonly TeamLine[]): void {
  const isByTeam = rows.every(({ teamId, installation }) => isNamedAfter(installation, teamId));
  sayTable(
    ['TEAM', 'NAME', 'STATUS', 'REASON', 'SINCE', 'BOT', ...(isByTeam ? [] : ['INSTALLATION'])],
    rows.map((row) => [
      row.teamId,
      row.name ?? '',
      row.status,
      row.reason ?? '',
      row.since ?? '',
      row.botUserId ?? '',
      ...(isByTeam ? [] : [row.installation]),
    ]),
  );
}

/** `teams show TEAM`: one team with what happened to it. */
export async function showTeam(teamId: string, options: JsonOption): Promise<void> {
  await withStorage(async ({ installations }) => {
    const view = await requireTeam(installations, teamId);
    const rows = rowsOf(view);
    const row = rows.find((one) => one.teamId === teamId);
    const workspaces = isOrganization(view, teamId) ? rows.filter((one) => one !== row) : [];
    const timeline = await installations.timeline(view.installation.key);
    if (options.json) return sayJson({ ...row, ...(isOrganization(view, teamId) && { workspaces }), timeline });
    for (const [name, value] of Object.entries(row ?? {})) say(`${name.padEnd(12)} ${value ?? '–'}`);
    say();
    if (workspaces.length > 0) {
      sayTeams(workspaces);
      say();
    }
    if (timeline.length === 0) return say('nothing happened yet');
    sayTable(
      ['WHEN', 'WHAT', 'FACTS'],
      timeline.map(({ atMs, kind, facts }) => [isoTime(atMs), kind, factsText(facts)]),
    );
  });
}

/** `teams deactivate TEAM`: a verdict with the reason `operator`. */
export async function deactivateTeam(teamId: string, options: JsonOption): Promise<void> {
  await withStorage(async (storage) => {
    const { installations } = storage;
    const view = await requireTeam(installations, teamId);
    requireWhole(view, teamId);
    const { key, version, state } = view.installation;
    const env = { nowMs: systemClock.now(), confirmAfterMs: judgeDefaults.confirmAfterMs };
    const next = transition(state, { type: 'operator_deactivated' }, env);
    const facts = { from: state.kind, to: next.kind, code: null, why: 'operator' };
    const isWritten =
      next !== state &&
      (await installations.compareAndSetState(key, { version, from: state.kind }, next, { kind: 'verdict', facts }));
    if (next !== state && !isWritten) {
      throw new BotServerError('data_conflict', `Team ${teamId} changed at the same moment`, { facts: { teamId } });
    }
    const pid = (await findServer(storage))?.pid;
    if (options.json) return sayJson({ teamId, status: 'inactive', changed: isWritten, server: pid ?? null });
    if (!isWritten) return say(`${teamId} was inactive already`);
    say(`${teamId} is inactive now (reason: operator)`);
    say(pid === undefined ? 'no server is running' : 'the running server closes its connection within a second');
  });
}

/** `teams reactivate TEAM`: asks for a probe; only Slack's answer makes the team active. */
export async function reactivateTeam(teamId: string, options: JsonOption): Promise<void> {
  await withStorage(async (storage) => {
    const { installations } = storage;
    const { key } = (await requireTeam(installations, teamId)).installation;
    await installations.setRequest(key, 'probe');
    const pid = (await findServer(storage))?.pid;
    const after = pid === undefined ? undefined : await untilAnswered(storage, key);
    const status = after?.installation.state.kind ?? 'waiting';
    if (options.json) sayJson({ teamId, status, server: pid ?? null });
    else say(reactivationText(teamId, pid, after));
    if (status === 'inactive') process.exitCode = EXIT.failure;
  });
}

/** `teams import FILE`: see teams-import.ts. */
export async function importFromFile(file: string, options: ImportCommandOptions): Promise<void> {
  await withStorage(({ installations }) => importInto(installations, file, options), { database: 'found' });
}

interface ImportCommandOptions extends JsonOption {
  force?: boolean;
}

async function importInto(
  installations: Storage['installations'],
  file: string,
  options: ImportCommandOptions,
): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const results: ImportedLine[] = [];
  try {
    for await (const result of importTeams(
      createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }),
      installations,
      { force: options.force ?? false },
    )) {
      results.push(result);
      if (!options.json)
        say('error' in result ? `line ${result.line}: ${result.error}` : `${result.teamId}: ${result.outcome}`);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new BotServerError('invalid_input', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const bad = results.filter((result) => 'error' in result).length;
  if (options.json) sayJson(results);
  else say(`${results.length - bad} imported, ${bad} bad`);
  if (bad > 0) process.exitCode = EXIT.failure;
}

async function requireTeam(installations: Storage['installations'], teamId: string): Promise<InstallationView> {
  const view = await installations.findByTeam(teamId);
  if (view) return view;
  throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts: { teamId } });
}

function filterOf({ status, search, incident = false }: ListOptions) {
  return {
    ...(status === undefined ? {} : { status }),
    ...(search === undefined ? {} : { search }),
    ofIncident: incident,
  };
}

async function untilAnswered({ installations }: Storage, key: string): Promise<InstallationView | undefined> {
  const giveUpAtMs = systemClock.monotonic() + ANSWER_WAIT_MS;
  while (systemClock.monotonic() < giveUpAtMs) {
    const view = await installations.find(key);
    if (view && view.installation.request === null) return view;
    await systemClock.sleep(100);
  }
  return undefined;
}

function reactivationText(
  teamId: string,
  pid: number | 'unknown' | undefined,
  after: InstallationView | undefined,
): string {
  if (pid === undefined) return `${teamId}: no server is running; the request waits until one starts and Slack answers`;
  const state = after?.installation.state;
  if (!state) return `${teamId}: Slack has not answered yet; the request stays and the server tries again`;
  if (state.kind === 'active') return `${teamId} is active`;
  return `${teamId} stays ${state.kind} (${state.reason}): Slack does not accept its token. It comes back when the team registers again.`;
}

/** The lines of `teams list` about an installation, as JSON has them. */
export function rowsOf({ installation, teams: own, strays = [] }: InstallationView) {
  const { key, enterpriseId, state, version, installedAtMs, incident } = installation;
  const doubt = state.kind === 'active' && state.doubt.kind !== 'none' ? state.doubt : undefined;
  const reason = state.kind === 'active' ? (doubt?.code ?? null) : state.reason;
  const sinceMs = state.kind === 'active' ? (doubt?.sinceMs ?? installedAtMs) : state.sinceMs;
  const status = doubt ? `${state.kind} (${doubt.kind})` : state.kind;
  const statusOf = ({ access }: Team) => (state.kind === 'active' && access === 'revoked' ? 'no access' : status);
  const teams = [...own, ...strays];
  const organizationFirst = teams.toSorted(
    (a, b) => Number(isNamedAfter(key, b.teamId)) - Number(isNamedAfter(key, a.teamId)),
  );
  return organizationFirst.map((team) => ({
    teamId: team.teamId,
    name: team.name,
    domain: team.domain,
    ...(strays.includes(team) ? { status: 'refused', reason: 'team_row_changed' } : { status: statusOf(team), reason }),
    since: isoTime(sinceMs),
    botUserId: team.botUserId,
    botId: team.botId,
    installs: version.install,
    request: installation.request,
    incidentProbe: incident && isoTime(nextIncidentProbeMs(incident)),
    installation: team.installationKey,
    enterpriseId,
    access: team.access,
  }));
}

type TeamLine = ReturnType<typeof rowsOf>[number];

function isOrganization({ installation }: InstallationView, teamId: string): boolean {
  return installation.isEnterprise && installation.key === teamId;
}

/** What is done to an installation is done to all its teams: nobody should do that by the name of one of them. */
export function requireWhole(view: InstallationView, teamId: string): void {
  const { key, isEnterprise } = view.installation;
  if (!isEnterprise || key === teamId) return;
  const message = `${teamId} is a workspace of the org-wide installation ${key}: name ${key}, and all its workspaces are meant`;
  throw new BotServerError('usage', message, { facts: { teamId, installationKey: key } });
}

function factsText(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
