/** Joins the supervisor with its transport, the intake and the hooks: what a team's connection brings, and what it goes through. */

import { type ConnectLimiterOptions, connectLimiterDefaults } from '../connection/connect-limiter.ts';
import type { ConnectionChange } from '../connection/connection.ts';
import { createRtmTransport } from '../connection/rtm-transport.ts';
import { Supervisor, type SupervisorOptions } from '../connection/supervisor.ts';
import { BotServerError } from '../errors.ts';
import type { Roster } from '../installation/roster.ts';
import { envelopeOfFrame } from '../inbox/envelope.ts';
import type { Intake } from '../dispatch/intake.ts';
import type { Logger } from '../observability/logger.ts';
import type { WayOut } from '../slack/proxy.ts';
import type { CallSlack } from '../slack/web-api.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Installations } from '../team/installations.ts';
import { classify, type VerdictOverrides } from '../slack/verdict.ts';
import type { Clock } from '../time/clock.ts';
import type { FileRoom } from '../connection/open-files.ts';
import { createRtmCalls } from '../installation/rtm-calls.ts';
import { createRtmEvents } from '../dispatch/rtm-events.ts';
import type { DeafGap, TeamHearing } from '../hearing/team-hearing.ts';

export interface TeamConnectionsOptions
  extends Pick<SupervisorOptions, 'timings' | 'limiter' | 'heartbeat' | 'maxFrameBytes'> {
  /** Whether reconnects are written to the team's timeline. @defaultValue true */
  timeline?: boolean;
}

export interface TeamConnectionsDeps {
  callSlack: CallSlack;
  wayOut?: WayOut | undefined;
  roster: Roster;
  installations: Installations;
  intake: Intake;
  hearing: Pick<TeamHearing, 'heardFrame' | 'opened' | 'closed'>;
  hooks: Hooks;
  clock: Clock;
  random: () => number;
  log: Logger;
  verdicts: VerdictOverrides;
  options: TeamConnectionsOptions;
  /** How many teams fit. @defaultValue any number */
  fileRoom?: FileRoom;
}

/** The settings, and no more than there are files for. */
function limiterOf(options: ConnectLimiterOptions = {}, room: FileRoom | undefined): ConnectLimiterOptions {
  if (!room) return options;
  const { maxConcurrent = connectLimiterDefaults.maxConcurrent, maxSockets = Number.POSITIVE_INFINITY } = options;
  return {
    ...options,
    maxConcurrent: Math.min(maxConcurrent, room.connects),
    maxSockets: Math.min(maxSockets, room.teams),
  };
}

/** Builds the supervisor of RTM connections; the key of a connection is the installation's, which is the team's. */
export function createTeamConnections(deps: TeamConnectionsDeps): Supervisor {
  const { hooks, log, roster, clock, random, installations, verdicts, hearing } = deps;
  const { timeline = true, ...options } = deps.options;
  const takeEvent = createRtmEvents(deps);
  const started = new Set<InstallationKey>();
  /** What the operator was told last, by team: it comes again with each attempt, and is told once. */
  const problems = new Map<InstallationKey, string>();
  const transport = createRtmTransport({
    call: createRtmCalls(deps),
    classify: (code) => classify(code, 'connect', verdicts),
  });

  return new Supervisor({
    transport,
    clock,
    random,
    ...options,
    limiter: limiterOf(options.limiter, deps.fileRoom),
    tunnelTo: deps.wayOut?.tunnelTo,
    reportError: (error, facts) => log.error({ err: error, ...facts }, 'connection callback failed'),
    listener: {
      onFrame(key, frame) {
        const entry = roster.ofKey(key);
        if (!entry) return;
        hearing.heardFrame(key, frame);
        const { team, installation } = entry;
        const facts = { teamId: team.teamId, appId: installation.appId, botUserId: team.botUserId };
        void takeEvent(envelopeOfFrame(frame, facts, clock.now()));
      },
      onHello(teamId) {
        const gap = hearing.opened(teamId);
        if (gap) tellGap(teamId, { ...gap, reason: 'deaf' }, 'deaf connection replaced');
      },
      onState(teamId, change) {
        if (change.from === 'open' && change.to !== 'open') hearing.closed(teamId);
        logState(teamId, change);
        tellState(teamId, change);
      },
      onOperatorProblem(teamId, code) {
        if (problems.get(teamId) === code) return log.warn({ teamId, code }, 'connection is still refused');
        problems.set(teamId, code);
        const error = new BotServerError('connect_refused', `Slack refuses to connect team ${teamId}: ${code}`, {
          facts: { teamId, slackError: code },
        });
        log.error({ teamId, code }, 'connection refused because of the configuration');
        if (timeline) remember(teamId, 'connect_refused', { code });
        void hooks.emit('error', { teamId, where: 'connection', error });
      },
      onGap: (teamId, gap) => tellGap(teamId, gap, 'team was without a connection'),
    },
  });

  function tellGap(teamId: string, gap: DeafGap & { reason?: 'deaf' }, what: string): void {
    log.warn({ teamId, ...gap, ms: gap.toMs - gap.fromMs }, what);
    void hooks.emit('gap', { teamId, ...gap });
    if (timeline) remember(teamId, 'gap', { ...gap });
  }

  function logState(teamId: string, { from, to, reason, attempt, retryAtMs }: ConnectionChange): void {
    const facts = { teamId, teamName: roster.ofKey(teamId)?.team.name, reason, attempt };
    if (to === 'open' && from !== 'open') log.info(facts, 'connected');
    else if (to === 'waiting')
      log.warn({ ...facts, retryInMs: waitMs(retryAtMs) }, from === 'open' ? 'connection lost' : 'not connected');
    else if (to === 'stopped') log.info(facts, 'connection closed');
    else log.debug({ ...facts, from, to }, 'connection changed');
  }

  function waitMs(retryAtMs: number | null): number | null {
    return retryAtMs === null ? null : Math.max(0, Math.round(retryAtMs - clock.now()));
  }

  function tellState(teamId: string, { from, to, reason }: ConnectionChange): void {
    if (to === 'connecting' && from === 'idle') void hooks.emit('starting', { teamId });
    if (to === 'open') problems.delete(teamId);
    if (to === 'open' && !started.has(teamId)) {
      started.add(teamId);
      void hooks.emit('started', { teamId });
    }
    if (from === 'open' && to !== 'stopped') void hooks.emit('reconnecting', { teamId, reason });
    if (to === 'stopped') {
      started.delete(teamId);
      void hooks.emit('stopping', { teamId, reason });
      void hooks.emit('stopped', { teamId, reason });
    }
  }

  function remember(teamId: string, kind: string, facts: Record<string, number | string>): void {
    installations.addTimeline(teamId, { kind, facts }).catch((error: unknown) => {
      log.warn({ teamId, err: error }, 'timeline not written');
    });
  }
}
