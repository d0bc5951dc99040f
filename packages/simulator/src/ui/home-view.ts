/** Chooses what the home page shows: the workspace, the person one is, the conversation. Missing choices get the first. */
import type { MovableClock } from '../clock/movable-clock.ts';
import type { FaultBoard, StandingFault } from '../faults/fault-board.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { RtmGateway } from '../rtm/rtm-gateway.ts';
import { messageInfo } from '../workspace/info.ts';
import type { Channel, Installation, Team, User } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import type { HomeView, Place } from './home-page.ts';
import { isWorthShowing, logLine } from './log-line.ts';

// What a person can take in; everything is at `/_sim`.
const MESSAGES_SHOWN = 50;
const RECORDS_SHOWN = 60;
const TEAMS_SHOWN = 100;

/** What the address of the page says. */
export interface Choice {
  team?: string | undefined;
  channel?: string | undefined;
  /** The person one is. */
  as?: string | undefined;
  notice?: string | undefined;
}

/** What the view is made of. */
export interface HomeSources {
  world: World;
  clock: MovableClock;
  faults: FaultBoard;
  rtm: RtmGateway;
  log: ActivityLog;
}

export function homeView({ world, clock, faults, rtm, log }: HomeSources, choice: Choice): HomeView {
  const teams = [...world.teams.values()];
  const team = (choice.team === undefined ? undefined : world.findTeam(choice.team)) ?? teams[0];
  const people = team ? [...team.users.values()].filter((user) => user.botId === undefined) : [];
  const person = people.find((user) => user.id === choice.as) ?? people[0];
  const installation = team && world.findApp() ? team.installations.get(world.findApp()?.id ?? '') : undefined;
  const places = team && person ? placesOf(team, person, installation) : [];
  const place = places.find(({ key }) => key === choice.channel) ?? places[0];
  const channel = place?.channel;
  return {
    teams: teams.slice(0, TEAMS_SHOWN),
    teamsLeftOut: Math.max(0, teams.length - TEAMS_SHOWN),
    team,
    people,
    person,
    installation,
    places,
    place,
    sockets: team ? rtm.list({ team: team.id }).length : 0,
    messages:
      team && channel ? channel.messages.slice(-MESSAGES_SHOWN).map((one) => messageInfo(team, channel, one)) : [],
    faults: faults.list().map((fault) => faultLine(world, fault)),
    log: log
      .latest(500)
      .filter(isWorthShowing)
      .slice(-RECORDS_SHOWN)
      .reverse()
      .map((record) => logLine(record, world.teams.get(record.team ?? '')?.name ?? '')),
    lastSeq: log.lastSeq,
    clock: `${new Date(clock.now()).toISOString().replace('T', ' ').slice(0, 19)} UTC, ${clock.mode} clock`,
    notice: choice.notice,
  };
}

/** The conversations of a person, with the bot's direct message first; looking at the page must not open it. */
function placesOf(team: Team, person: User, installation: Installation | undefined): Place[] {
  const mine = [...team.channels.values()].filter(({ members }) => members.has(person.id));
  const isWithBot = (channel: Channel) => channel.kind === 'im' && channel.members.has(installation?.botUserId ?? '');
  const withBot = mine.find(isWithBot);
  const places = mine
    .filter((channel) => channel !== withBot)
    .map((channel) => ({ key: channel.id, label: labelOf(team, channel, person), channel }));
  if (!installation) return places;
  const botName = team.users.get(installation.botUserId)?.name ?? 'bot';
  return [...places, { key: 'bot', label: `@ ${botName}`, channel: withBot }];
}

function labelOf(team: Team, channel: Channel, person: User): string {
  if (channel.kind === 'channel') return `# ${channel.name}`;
  if (channel.kind === 'group') return `🔒 ${channel.name}`;
  const others = [...channel.members].filter((id) => id !== person.id).map((id) => team.users.get(id)?.name ?? id);
  return `@ ${others.join(', ') || person.name}`;
}

function faultLine(world: World, { id, spec, hits }: StandingFault) {
  const team = 'team' in spec && spec.team !== undefined ? world.teams.get(spec.team)?.name : undefined;
  const method = 'method' in spec ? spec.method : undefined;
  return { id, kind: spec.kind, where: [method, team ?? 'everywhere'].filter(Boolean).join(' in '), hits };
}
