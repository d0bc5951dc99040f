/** Everything that decides about installations or waits for a decision: the judge, what it asks, hears and tells, and the next tokens. */

import type { EngineDeps } from '../engine-deps.ts';
import { BotServerError } from '../errors.ts';
import type { OwedHooks } from '../hooks/owed-hooks.ts';
import { TeamIdentifier } from '../installation/identify-teams.ts';
import { Organizations } from '../installation/organizations/organizations.ts';
import type { Refresher } from '../installation/refresher.ts';
import { TeamNames } from '../installation/team-names.ts';
import { TokenWaits } from '../installation/token-waits.ts';
import { IncidentWatch } from '../judge/incident-watch.ts';
import type { Judge } from '../judge/judge.ts';
import { PeriodicCheck } from '../judge/periodic-check.ts';
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { PaceName } from '../ownership/pace-repository.ts';
import type { Signal } from '../slack/signal.ts';
import type { InstallationKey, TeamId } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import { Topic } from '../topic.ts';
import { createHintPost } from './create-hint-post.ts';
import { createJudge } from './create-judge.ts';
import { createRefresher } from './create-refresher.ts';

export interface JudgingDeps
  extends Pick<
    EngineDeps,
    'config' | 'options' | 'storage' | 'roster' | 'botName' | 'counters' | 'callSlack' | 'clock' | 'random' | 'log'
  > {
  owed: Pick<OwedHooks, 'incident'>;
  owner: KeyOwnership;
  /** What has a pace that nodes share; undefined = this process has it to itself. */
  turnsOf(name: PaceName): DrawTurns | undefined;
  /** Rows were written: act on them at once. */
  readonly wake: () => void;
  /** The operator has to look at an installation. */
  readonly onProblem: (id: InstallationKey | TeamId, error: BotServerError) => void;
}

export interface Judging {
  judge: Judge;
  refresher: Refresher;
  tokenWaits: TokenWaits;
  organizations: Organizations;
  names: TeamNames;
  identifier: TeamIdentifier;
  incidents: IncidentWatch;
  check: PeriodicCheck;
  /** How the teams of an installation stand may be another now, without a change of its row. */
  changed: Topic<InstallationKey>;
  /** Takes an answer of Slack that raises doubt. */
  report(signal: Signal): void;
  /** Plans the probes and questions that the row of an installation of this node asks for. */
  observe(view: InstallationView): void;
  /** Looks at the row of any installation: what concerns all of them together. */
  observeAny(view: InstallationView): void;
  /** Another node judges the installation from now on. */
  leave(key: InstallationKey): void;
  /** Takes what other nodes have learned of an installation of this node. */
  takeHints(key: InstallationKey): Promise<void>;
  /** Resolves when no judging of these installations is under way. */
  settled(keys: readonly InstallationKey[]): Promise<void>;
  /** Plans no check and begins no refresh any more, and goes on judging. Resolves when the refreshes that are under way have ended. */
  drain(): Promise<void>;
  /** Judges nothing more; resolves when what is under way has ended. */
  stop(): Promise<unknown>;
}

/** The judging of a server. */
export function createJudging(deps: JudgingDeps): Judging {
  const { options, storage, clock, random, log, onProblem } = deps;
  const { installations } = storage;
  const { verdicts = {} } = options.judge;
  const onIncident = (isOn: boolean) => deps.owed.incident(isOn);
  const { refresher, tokenWaits, changed, dead } = createTokens(deps);
  const renew = (expired: Parameters<Refresher['renew']>[0]) => refresher.renew(expired);
  const hints = createHintPost(deps);
  const judge = createJudge({
    ...deps,
    passOn: (key, hint) => hints.passOn(key, hint),
    renew,
    onIncident,
    options: options.judge,
  });
  dead.subscribe((signal) => judge.report(signal));
  const organizations = new Organizations({ ...deps, installations, judge, verdicts });
  const names = new TeamNames({ ...deps, installations });
  const incidents = new IncidentWatch({ installations, onIncident, log });
  const check = new PeriodicCheck({
    check: (key) => {
      organizations.check(key);
      return judge.check(key);
    },
    clock,
    random,
    options: options.periodicCheck,
  });
  const identifier = new TeamIdentifier({
    ...deps,
    installations,
    onProblem: (teamId, code) => onProblem(teamId, wrongToken(teamId, code)),
    onKnown: (key) => changed.publish(key),
  });

  return {
    judge,
    refresher,
    tokenWaits,
    organizations,
    names,
    identifier,
    incidents,
    check,
    changed,
    report(signal) {
      if (!organizations.takes(signal)) judge.report(signal);
    },
    observe(view) {
      judge.observe(view);
      check.observe(view);
    },
    observeAny(view) {
      organizations.observe(view);
      incidents.observe(view);
    },
    leave(key) {
      judge.leave(key);
      check.leave(key);
    },
    takeHints: (key) => hints.take(key, (hint) => judge.take(key, hint)),
    settled: (keys) => judge.settled(keys),
    async drain() {
      check.stop();
      await refresher.stop();
    },
    stop: () => Promise.all([judge.stop(), organizations.stop(), names.stop()]),
  };
}

/** The tokens that rotate, and who waits for one. */
function createTokens(deps: JudgingDeps) {
  const { options, counters, onProblem } = deps;
  const changed = new Topic<InstallationKey>();
  // The refresher tells the judge of tokens that are dead, and the judge asks the refresher for the next one.
  const dead = new Topic<Signal>();
  const refresher = createRefresher({
    ...deps,
    draw: deps.turnsOf('refresh'),
    report: (signal) => dead.publish(signal),
    onProblem,
    onReleased: (key) => changed.publish(key),
    onOutcome: (result) => counters.refreshes.add(result),
    verdicts: options.judge.verdicts ?? {},
    options: options.refresher,
  });
  const tokenWaits = new TokenWaits(refresher);
  changed.subscribe((key) => tokenWaits.changed(key));
  return { refresher, tokenWaits, changed, dead };
}

function wrongToken(teamId: TeamId, code: string): BotServerError {
  const message = `The token of team ${teamId} cannot be used: ${code}`;
  return new BotServerError('connect_refused', message, { facts: { teamId, slackError: code } });
}
