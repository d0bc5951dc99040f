/** Carries out a fault: the ones that happen at once are done here, the others are put on the board. */
import { assertNever } from '../assert-never.ts';
import { SimulatorError } from '../errors.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import * as installations from '../workspace/installations.ts';
import type { App, OrgInstallation, Team } from '../workspace/model.ts';
import { enableInOrg, endInOrg, revokeBotTokenInOrg } from '../workspace/org-installations.ts';
import type { World } from '../workspace/world.ts';
import { type ActionSpec, type FaultSpec, isAction, type StandingSpec } from './fault.ts';
import type { FaultBoard } from './fault-board.ts';
import type { AppSockets, LiveSockets, SocketScope } from './live-sockets.ts';

/** Whether an app gets events; the developer's page on Slack has the same switch. */
export interface Subscriptions {
  switchOff(app: App): void;
  enable(app: App): void;
}

/** What a fault needs to know of the simulator. */
export interface FaultTools {
  world: World;
  board: FaultBoard;
  sockets: LiveSockets;
  appSockets: AppSockets;
  subscriptions: Subscriptions;
  log: ActivityLog;
}

/** What became of a fault that was asked for. */
export interface FaultOutcome {
  id: string;
  kind: FaultSpec['kind'];
  /** False for faults that happened at once. */
  isInForce: boolean;
  socketsHit: number;
}

/**
 * Breaks what the spec says.
 * @throws SimulatorError `not_found` when the named team or app does not exist
 */
export function applyFault(tools: FaultTools, asked: FaultSpec): FaultOutcome {
  const spec = withSockets(tools, withEnterprise(tools.world, withIds(tools.world, asked)));
  const outcome = isAction(spec)
    ? { id: tools.board.nextId(), isInForce: false, socketsHit: act(tools, spec) }
    : { id: tools.board.add(spec).id, isInForce: true, socketsHit: socketsHitBy(tools, spec) };
  const team = 'team' in spec ? spec.team : undefined;
  tools.log.add({ kind: 'fault', fault: spec.kind, team, text: JSON.stringify({ ...spec, ...outcome }) });
  return { kind: spec.kind, ...outcome };
}

function act(tools: FaultTools, spec: ActionSpec): number {
  const { world, sockets, appSockets, subscriptions } = tools;
  switch (spec.kind) {
    case 'disable_integration':
      return takeOut(tools, spec, { inTeam: installations.disableInstallation, inOrg: endBy('disabled') });
    case 'remove_app':
      return takeOut(tools, spec, { inTeam: installations.removeInstallation, inOrg: endBy('removed') });
    case 'revoke_token':
      return takeOut(
        tools,
        spec,
        spec.whose === 'bot'
          ? { inTeam: installations.revokeBotToken, inOrg: revokeBotTokenInOrg }
          : { inTeam: installations.revokeTokens, inOrg: endBy('revoked') },
      );
    case 'enable':
      if (spec.enterprise !== undefined) for (const org of orgsIn(world, spec)) enableInOrg(world, org);
      else for (const { app, team } of installedIn(world, spec)) installations.enableInstallation(world, app, team);
      if (spec.team === undefined && spec.enterprise === undefined)
        for (const app of appsIn(world, spec.app)) subscriptions.enable(app);
      return 0;
    case 'subscriptions_off':
      for (const app of appsIn(world, spec.app)) subscriptions.switchOff(app);
      return 0;
    case 'close': {
      const code = spec.code === undefined ? 1000 : spec.code;
      return sockets.close(spec, code) + appSockets.close(spec, code);
    }
    case 'reset':
      return sockets.reset(spec) + appSockets.reset(spec);
    case 'mute':
      return sockets.mute(spec, spec.forMs) + appSockets.mute(spec, spec.forMs);
    case 'disconnect':
      return appSockets.disconnect(spec.app, spec.reason, spec.closeAfterMs);
    case 'ghost_sockets':
      return appSockets.haunt(spec.app, spec.count);
    case 'goodbye':
      return sockets.sayGoodbye(spec, spec.closeAfterMs, spec.code === undefined ? 1000 : spec.code);
    case 'migrate':
      return migrate(tools, spec);
    default:
      return assertNever(spec);
  }
}

interface TakeOut {
  inTeam: typeof installations.disableInstallation;
  inOrg: (world: World, org: OrgInstallation) => void;
}

function endBy(how: keyof typeof installations.endings): TakeOut['inOrg'] {
  return (world, org) => endInOrg(world, org, installations.endings[how]);
}

function takeOut(
  { world, sockets }: FaultTools,
  spec: Extract<ActionSpec, { sockets: unknown }>,
  { inTeam, inOrg }: TakeOut,
): number {
  if (spec.enterprise !== undefined) {
    for (const org of orgsIn(world, spec)) inOrg(world, org);
    // RTM is of workspaces, and the sockets of Socket Mode are of the app.
    return 0;
  }
  for (const { app, team } of installedIn(world, spec)) inTeam(world, app, team, 'keep');
  if (spec.sockets === 'close') return sockets.close(spec, 1000);
  if (spec.sockets === 'keep') return 0;
  return sockets[spec.sockets](spec);
}

function migrate({ board, sockets }: FaultTools, spec: Extract<ActionSpec, { kind: 'migrate' }>): number {
  const { team, app, count } = spec;
  if (count > 0) board.add({ kind: 'refuse', error: 'migration_in_progress', method: 'rtm.connect', team, app, count });
  sockets.send(spec, { type: 'team_migration_started' });
  return sockets.close(spec, 1000);
}

function socketsHitBy(tools: FaultTools, spec: StandingSpec): number {
  if (spec.kind === 'outage') return drop(tools, spec.how);
  if (spec.kind !== 'deaf') return 0;
  const { socket } = spec;
  return liveIn(tools, spec).filter((id) => socket === undefined || socket.includes(id)).length;
}

/** The ids of the live sockets in a scope. */
function liveIn({ sockets, appSockets }: FaultTools, scope: SocketScope): string[] {
  return [...sockets.list(scope), ...appSockets.list(scope)].map(({ id }) => id);
}

/** Sockets are named by id, or all at once as `live`. */
function withSockets<Spec extends FaultSpec>(tools: FaultTools, spec: Spec): Spec {
  if (!('socket' in spec) || spec.socket === undefined) return spec;
  const live = liveIn(tools, spec);
  if (spec.socket === 'live') return { ...spec, socket: live };
  const named = [spec.socket].flat();
  const unknown = named.find((id) => !live.includes(id));
  if (unknown !== undefined)
    throw new SimulatorError('not_found', `No live socket ${unknown} there; see /_sim/sockets`);
  return { ...spec, socket: named };
}

function appsIn(world: World, id: string | undefined): App[] {
  return [...world.apps.values()].filter((app) => id === undefined || app.id === id);
}

function drop({ sockets, appSockets }: FaultTools, how: '503' | 'reset'): number {
  return [sockets, appSockets].reduce((hit, all) => hit + (how === 'reset' ? all.reset({}) : all.close({}, 1006)), 0);
}

function installedIn(world: World, scope: SocketScope): { app: App; team: Team }[] {
  const found: { app: App; team: Team }[] = [];
  for (const team of world.teams.values()) {
    if (scope.team !== undefined && scope.team !== team.id) continue;
    for (const appId of team.installations.keys()) {
      const app = world.apps.get(appId);
      if (app && (scope.app === undefined || scope.app === appId)) found.push({ app, team });
    }
  }
  return found;
}

interface OrgScope {
  enterprise?: string | undefined;
  app?: string | undefined;
}

/** The org-wide installations in the organization that is named. */
function orgsIn(world: World, { enterprise: id, app: appId }: OrgScope): OrgInstallation[] {
  const all = [...(world.enterprises.get(id ?? '')?.installations.values() ?? [])];
  return all.filter((org) => appId === undefined || org.appId === appId);
}

/** People name teams and organizations; faults compare ids. */
function withIds<Spec extends FaultSpec>(world: World, spec: Spec): Spec {
  if ('app' in spec && spec.app !== undefined && !world.apps.has(spec.app)) {
    throw new SimulatorError('not_found', `No app ${spec.app}`);
  }
  if (!('team' in spec) || spec.team === undefined) return spec;
  const team = world.findTeam(spec.team);
  if (!team) throw new SimulatorError('not_found', `No team ${spec.team}`);
  return { ...spec, team: team.id };
}

function withEnterprise<Spec extends FaultSpec>(world: World, spec: Spec): Spec {
  if (!('enterprise' in spec) || spec.enterprise === undefined) return spec;
  if (spec.team !== undefined)
    throw new SimulatorError('invalid_input', 'team and enterprise exclude each other: leave out one of them');
  const enterprise = world.findEnterprise(spec.enterprise);
  if (!enterprise) throw new SimulatorError('not_found', `No enterprise ${spec.enterprise}`);
  return { ...spec, enterprise: enterprise.id };
}
