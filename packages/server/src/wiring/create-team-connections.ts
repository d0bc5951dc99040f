/** The RTM connections of teams: joined with what they send, what they bring, and who hears what they go through. */

import { ConnectionHooks } from '../connection/connection-hooks.ts';
import { hasTimestamp } from '../connection/frames.ts';
import { type FileRoom, limitToFiles } from '../connection/open-files.ts';
import { createRtmTransport } from '../connection/rtm-transport.ts';
import { Supervisor, type SupervisorOptions } from '../connection/supervisor.ts';
import type { ConnectAnswer, Frame } from '../connection/transport.ts';
import type { UntoldGaps } from '../connection/untold-gaps.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { createRtmEvents } from '../dispatch/rtm-events.ts';
import { isBotServerError } from '../errors.ts';
import type { TeamHearing } from '../hearing/team-hearing.ts';
import type { History } from '../history/history.ts';
import type { Hooks } from '../hooks/hooks.ts';
import { envelopeOfFrame } from '../inbox/envelope.ts';
import type { BotName } from '../installation/bot-name.ts';
import type { Roster } from '../installation/roster.ts';
import { createRtmCalls } from '../installation/rtm-calls.ts';
import type { Logger } from '../observability/logger.ts';
import type { Counters } from '../observability/metrics/counters.ts';
import type { KeyOwnership, Place } from '../ownership/key-ownership.ts';
import type { Ownership } from '../ownership/ownership.ts';
import type { Egress } from '../slack/proxy.ts';
import { classify, type VerdictOverrides } from '../slack/verdict.ts';
import type { CallSlack } from '../slack/web-api.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Installations } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import { countChange } from './count-connections.ts';
import { factOf } from './remember-events.ts';

export interface TeamConnectionsOptions
  extends Pick<SupervisorOptions, 'timings' | 'limiter' | 'heartbeat' | 'maxFrameBytes'> {
  /** Whether reconnects are written to the team's timeline. @defaultValue true */
  timeline?: boolean;
}

export interface TeamConnectionsDeps {
  callSlack: CallSlack;
  botName: Pick<BotName, 'note'>;
  egress?: Egress | undefined;
  roster: Roster;
  ownership: Pick<Ownership, 'nodeId'>;
  owner: Pick<KeyOwnership, 'owns' | 'placeOf'>;
  installations: Installations;
  dispatcher: Pick<Dispatcher, 'accept'>;
  history: Pick<History, 'add'>;
  hearing: Pick<TeamHearing, 'heardFrame' | 'opened' | 'closed'>;
  hooks: Hooks;
  untold: Pick<UntoldGaps, 'begun' | 'ended'>;
  counters: Counters;
  /** The connection of an installation came to another state. */
  onChanged(key: InstallationKey): void;
  clock: Clock;
  random: () => number;
  log: Logger;
  verdicts: VerdictOverrides;
  options: TeamConnectionsOptions;
  /** How many teams fit. @defaultValue any number */
  fileRoom?: FileRoom;
  /** See SupervisorDeps. */
  drawConnects?: DrawTurns | undefined;
}

/** Builds the supervisor of RTM connections; the key of a connection is the installation's, which is the team's. */
export function createTeamConnections(deps: TeamConnectionsDeps): Supervisor {
  const { log, roster, owner, clock, random, verdicts, hearing } = deps;
  const { timeline = true, ...options } = deps.options;
  const takeEvent = createRtmEvents({
    ...deps,
    onLost(envelope, error) {
      const code = isBotServerError(error) ? error.code : 'unexpected';
      deps.history.add(factOf('lost', envelope, clock.now(), { code }));
    },
  });
  const connectionHooks = new ConnectionHooks({
    ...deps,
    nodeId: () => deps.ownership.nodeId,
    timeline,
    teamNameOf: (key) => roster.ofKey(key)?.team.name,
  });

  const transport = createRtmTransport({
    call: createRtmCalls(deps),
    classify: (code) => classify(code, 'connect', verdicts),
  });
  const supervisor: Supervisor = new Supervisor({
    transport: {
      ...transport,
      // Asked last of all: a process that hung on its way here must not connect beside the new owner.
      requestUrl: (key, signal) => (owner.owns(key) ? transport.requestUrl(key, signal) : Promise.resolve(notOurs)),
    },
    clock,
    random,
    ...options,
    limiter: limitToFiles(options.limiter, deps.fileRoom),
    drawConnects: deps.drawConnects,
    tunnelTo: deps.egress?.tunnelTo,
    reportError: (error, facts) => log.error({ err: error, ...facts }, 'connection callback failed'),
    listener: {
      onFrame(key, frame) {
        const entry = roster.ofKey(key);
        if (!entry || !mayTake(supervisor.isLingering(key) ? 'kept' : owner.placeOf(key), frame)) return;
        hearing.heardFrame(key, frame);
        const { team, installation } = entry;
        const facts = { teamId: team.teamId, appId: installation.appId, botUserId: team.botUserId };
        void takeEvent(envelopeOfFrame(frame, facts, clock.now()));
      },
      onHello(key) {
        const gap = hearing.opened(key);
        if (gap) connectionHooks.deafGap(key, gap);
      },
      onState(key, change) {
        countChange(deps.counters, 'rtm', change);
        deps.onChanged(key);
        if (change.from === 'open' && change.to !== 'open') hearing.closed(key);
        connectionHooks.changed(key, change);
      },
      onOperatorProblem: (key, code) => connectionHooks.refused(key, code),
      onLoss: (key, sinceMs) => deps.untold.begun(key, sinceMs),
      onGap: (key, gap) => connectionHooks.gap(key, gap),
      onIncident: (incident) => connectionHooks.massSilence(incident),
    },
  });
  return supervisor;
}

const notOurs: ConnectAnswer = { kind: 'failed', reason: 'not_owned', isOverload: false };

/**
 * While another node may be connected, what comes is taken only when both know it for the same event: one with a timestamp is
 * stored under one id, whoever stores it. Typing and presence, which have none, are for the owner.
 */
function mayTake(place: Place, frame: Frame): boolean {
  return place === 'owned' || (place === 'kept' && hasTimestamp(frame));
}
