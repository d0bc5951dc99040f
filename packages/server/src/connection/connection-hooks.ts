/** What the connection of a team goes through, told to the hooks, the log and the team's timeline. */
import { BotServerError } from '../errors.ts';
import type { HookEmitter } from '../events.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Installations } from '../team/installations.ts';
import type { TimelineKind } from '../team/timeline-kinds.ts';
import type { Clock } from '../time/clock.ts';
import type { ConnectionChange, Gap } from './connection-observer.ts';
import type { MassSilence } from './heartbeat.ts';
import type { UntoldGaps } from './untold-gaps.ts';

export interface ConnectionHooksDeps {
  installations: Pick<Installations, 'addTimeline'>;
  /** Whether gaps and refusals are written to the team's timeline. */
  timeline: boolean;
  readonly teamNameOf: (key: InstallationKey) => string | null | undefined;
  /** The id of this process among those of the database. */
  readonly nodeId: () => string;
  hooks: HookEmitter;
  untold: Pick<UntoldGaps, 'begun' | 'ended'>;
  clock: Pick<Clock, 'now'>;
  log: {
    debug(facts: object, message: string): void;
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
}

/** What the log says of many connections that fell silent together. */
const silenceWords: Record<MassSilence['kind'], string> = {
  sampling: 'many connections are silent: trying whether new ones fare better',
  keeping: 'new connections fare no better: the silent ones are kept',
  replacing: 'new connections answer: the silent ones are replaced',
  calm: 'the connections are not silent any more',
};

/** One for all teams. The key of a connection is the installation's, which on RTM is the team's id. */
export class ConnectionHooks {
  readonly #deps: ConnectionHooksDeps;
  readonly #started = new Set<InstallationKey>();
  /** What the operator was told last, by team: it comes again with each attempt, and is told once. */
  readonly #problems = new Map<InstallationKey, string>();

  constructor(deps: ConnectionHooksDeps) {
    this.#deps = deps;
  }

  changed(teamId: InstallationKey, change: ConnectionChange): void {
    this.#log(teamId, change);
    this.#tell(teamId, change);
  }

  /** Slack refuses to connect the team, and the operator has to look. */
  refused(teamId: InstallationKey, code: string): void {
    const { log, hooks } = this.#deps;
    if (this.#problems.get(teamId) === code) return log.warn({ teamId, code }, 'connection is still refused');
    this.#problems.set(teamId, code);
    const message = `Slack refuses to connect team ${teamId}: ${code}`;
    const error = new BotServerError('connect_refused', message, { facts: { teamId, slackError: code } });
    log.error({ teamId, code }, 'connection refused because of the configuration');
    this.#remember(teamId, 'connect_refused', { code });
    void hooks.emit('error', { teamId, where: 'connection', error });
  }

  massSilence({ kind, silent, watched }: MassSilence): void {
    this.#deps.log.warn({ silent, watched }, silenceWords[kind]);
  }

  /** Nothing was heard of the team. */
  gap(teamId: InstallationKey, gap: Gap): void {
    this.#tellGap(teamId, gap, 'team was without a connection');
  }

  /** There was a connection, and nothing came on it; its successor is there. */
  deafGap(teamId: InstallationKey, gap: Gap): void {
    this.#deps.untold.begun(teamId, gap.fromMs);
    this.#tellGap(teamId, { ...gap, reason: 'deaf' }, 'deaf connection replaced');
  }

  #tellGap(teamId: InstallationKey, gap: Gap & { reason?: 'deaf' }, what: string): void {
    this.#deps.log.warn({ teamId, ...gap, ms: gap.toMs - gap.fromMs }, what);
    this.#deps.untold.ended(teamId, this.#deps.hooks.emit('gap', { teamId, ...gap }));
    this.#remember(teamId, 'gap', { ...gap });
  }

  #log(teamId: InstallationKey, { from, to, reason, attempt, retryAtMs }: ConnectionChange): void {
    const { log, clock, teamNameOf } = this.#deps;
    const facts = { teamId, teamName: teamNameOf(teamId), reason, attempt };
    if (to === 'open' && from !== 'open') log.info(facts, 'connected');
    else if (to === 'waiting') {
      const retryInMs = retryAtMs === null ? null : Math.max(0, Math.round(retryAtMs - clock.now()));
      log.warn({ ...facts, retryInMs }, from === 'open' ? 'connection lost' : 'not connected');
    } else if (to === 'stopped') log.info(facts, 'connection closed');
    else log.debug({ ...facts, from, to }, 'connection changed');
  }

  #tell(teamId: InstallationKey, { from, to, reason }: ConnectionChange): void {
    const { hooks } = this.#deps;
    if (to === 'connecting' && from === 'idle') void hooks.emit('starting', { teamId });
    if (to === 'open') this.#problems.delete(teamId);
    if (to === 'open' && !this.#started.has(teamId)) {
      this.#started.add(teamId);
      void hooks.emit('started', { teamId });
    }
    if (from === 'open' && to !== 'stopped') void hooks.emit('reconnecting', { teamId, reason });
    if (to === 'stopped') {
      this.#started.delete(teamId);
      const node = this.#deps.nodeId();
      void hooks.emit('stopping', { teamId, reason, node });
      void hooks.emit('stopped', { teamId, reason, node });
    }
  }

  #remember(teamId: InstallationKey, kind: TimelineKind, facts: Record<string, number | string>): void {
    if (!this.#deps.timeline) return;
    this.#deps.installations.addTimeline(teamId, { kind, facts }).catch((error: unknown) => {
      this.#deps.log.warn({ teamId, err: error }, 'timeline not written');
    });
  }
}
