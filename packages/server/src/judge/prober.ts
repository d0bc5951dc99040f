/**
 * Sends a probe of an installation and has written what it proves. Why it is sent decides what its answer means: a doubt or the
 * operator asked, many failed together, a day has passed, or Slack told of an uninstall. When it is sent is the judge's.
 */
import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import { classify } from '../slack/verdict.ts';
import {
  afterIncidentProbe,
  INCIDENT_PROBES_MS,
  type IncidentProbes,
  isProvedByIncident,
  nextIncidentProbeMs,
} from '../team/breaker.ts';
import { type InstallationKey, isAnswering } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import type { InstallationEvent } from './installation-lifecycle.ts';
import type { JudgeDeps, JudgeOptions } from './judge-options.ts';
import { describeAnswer, eventOfAnswer, isAnswer } from './probe-answer.ts';
import { clampToNow, isProbeWanted, silenceAfter, type Unanswered } from './probe-plan.ts';
import type { VerdictWriter } from './verdict-writer.ts';

export interface ProberDeps
  extends Pick<JudgeDeps, 'installations' | 'owner' | 'probe' | 'renew' | 'clock' | 'log' | 'wake'> {
  verdicts: VerdictWriter;
  options: Required<JudgeOptions>;
}

/** What an installation is asked for, and how often in vain. Written when an answer comes, or none does. */
export interface ProbeRequest extends Unanswered {
  /** A signal that asks for a probe and is not answered yet; later ones join it. */
  signal: Signal | undefined;
}

/** One per judge. */
export class Prober {
  readonly #deps: ProberDeps;

  constructor(deps: ProberDeps) {
    this.#deps = deps;
  }

  /** Sends one probe if the row or a signal still asks for it, and writes what it proves. */
  async probe(key: InstallationKey, asked: ProbeRequest): Promise<'unwanted' | 'probed' | 'in_incident'> {
    const { installations, verdicts, log, wake, options } = this.#deps;
    const { signal } = asked;
    const view = await installations.find(key);
    if (!view || !isProbeWanted(view, signal)) return 'unwanted';
    const { version, state, request, changedSeq, incident } = view.installation;
    const isRequested = request === 'probe';
    if (incident && !isRequested) {
      await this.#probeInIncident(view, incident);
      return 'in_incident';
    }
    const answer = await this.#ask(view);
    const why = isRequested ? 'operator' : (signal?.method ?? 'follow_up');
    log.info({ key, why, answer: describeAnswer(answer) }, 'installation probed');
    // Who asked about a team that was active did not ask for one back that is deactivated meanwhile.
    const event = this.#eventOf(answer, { isRequested: isRequested && state.kind === 'inactive' });
    this.#note(asked, answer, event);
    if (event) await verdicts.apply(key, version, event, why);
    else if (signal) await verdicts.apply(key, version, { type: 'doubted', code: signal.code }, why);
    if (isRequested && isAnswer(answer, options.verdicts)) {
      await installations.addTimeline(key, {
        kind: 'probed',
        facts: { by: 'operator', answer: describeAnswer(answer) },
      });
      await installations.clearRequest(key, changedSeq);
      wake();
    }
    return 'probed';
  }

  /** False when nothing was learned. */
  async probePeriodically(key: InstallationKey): Promise<boolean> {
    const { installations, verdicts, options } = this.#deps;
    const view = await installations.find(key);
    if (!view || !isAnswering(view.installation.state)) return true;
    const answer = await this.#ask(view);
    const event = this.#eventOf(answer);
    if (event) await verdicts.apply(key, view.installation.version, event, 'periodic_check');
    return isAnswer(answer, options.verdicts);
  }

  /**
   * The answer together with Slack's event is proof, `invalid_auth` included; `ok` means that the event was of the past.
   * False when there was nobody to ask.
   * @param type Of the event
   */
  async probeAfterUninstall(
    key: InstallationKey,
    { type, asked }: { type: string; asked: ProbeRequest },
  ): Promise<boolean> {
    const { installations, verdicts, log } = this.#deps;
    const view = await installations.find(key);
    if (!view || view.installation.state.kind === 'inactive') return false;
    const answer = await this.#ask(view);
    const { version } = view.installation;
    log.info({ key, why: type, answer: describeAnswer(answer) }, 'installation probed');
    const event = this.#eventOf(answer);
    this.#note(asked, answer, event);
    if (event?.type === 'probe_terminal') {
      await verdicts.apply(key, version, { type: 'uninstall_proved', code: event.code }, type);
    } else if (event) await verdicts.apply(key, version, event, type);
    // Nobody knows: nothing is sent until a probe is answered.
    else await verdicts.apply(key, version, { type: 'doubted', code: type }, type);
    return true;
  }

  /** An answer revives or releases; only two refusals hours apart are believed, and what nobody answers stays as it is. */
  async #probeInIncident(view: InstallationView, dated: IncidentProbes): Promise<void> {
    const { installations, owner, verdicts, log, clock } = this.#deps;
    const { key, version, state } = view.installation;
    const sentAtMs = clock.now();
    const incident = clampToNow(dated, sentAtMs);
    if (nextIncidentProbeMs(incident) > sentAtMs) return;
    const answer = await this.#ask(view);
    log.info({ key, why: 'incident', answer: describeAnswer(answer) }, 'installation probed');
    // As above: an answer brings back what was inactive when it was asked about.
    const event = this.#eventOf(answer, { isRequested: state.kind === 'inactive' });
    const next = afterIncidentProbe(incident, { isTerminal: event?.type === 'probe_terminal', sentAtMs });
    const code = event && 'code' in event ? event.code : '';
    const isLast = state.kind === 'inactive' && next.probes >= INCIDENT_PROBES_MS.length;
    if (event && event.type !== 'probe_terminal') await verdicts.apply(key, version, event, 'incident');
    else if (state.kind === 'active' && isProvedByIncident(next)) {
      await verdicts.apply(key, version, { type: 'incident_proved', code }, 'incident');
    } else await installations.setIncident(key, { version, epoch: owner.epochOf(key) }, isLast ? null : next);
  }

  /** One probe. The expired token of a pair proves nothing: its successor will be asked. */
  async #ask(view: InstallationView): Promise<ProbeAnswer> {
    const { options } = this.#deps;
    const answer = await this.#deps.probe(view);
    if (answer.kind !== 'error') return answer;
    if (classify(answer.code, 'probe', options.verdicts) !== 'refreshable') return answer;
    const { key, version } = view.installation;
    const isRenewed = await this.#deps.renew?.({ key, kind: 'bot', userId: '', version });
    return isRenewed ? { kind: 'unanswered', reason: answer.code, retryAfterMs: 0 } : answer;
  }

  #note(asked: ProbeRequest, answer: ProbeAnswer, event: InstallationEvent | undefined): void {
    const { clock, options } = this.#deps;
    asked.unanswered = event ? 0 : asked.unanswered + 1;
    asked.notBeforeMs = silenceAfter(answer, { monotonicMs: clock.monotonic(), patience: options });
  }

  #eventOf(answer: ProbeAnswer, { isRequested = false } = {}): InstallationEvent | undefined {
    return eventOfAnswer(answer, { isRequested, verdicts: this.#deps.options.verdicts });
  }
}
