/**
 * Writes what an event makes of an installation: the transition, by compare-and-set on the version, and for what Slack's
 * errors prove the breaker's question whether that many at once can be true.
 */

import type { KeyOwnership } from '../ownership/key-ownership.ts';
import {
  type InstallationKey,
  type InstallationState,
  isSameVersion,
  statusOf,
  type Version,
} from '../team/installation.ts';
import type { ExpectedState, Installations, NewTimelineEntry } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';
import { type InstallationEvent, transition } from './installation-lifecycle.ts';

export interface VerdictWriterDeps {
  installations: Pick<Installations, 'find' | 'compareAndSetState' | 'deactivateOrHold'>;
  owner: Pick<KeyOwnership, 'epochOf'>;
  clock: Clock;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
  /** See Installation lifecycle: how long an ambiguous proof waits for its second. */
  confirmAfterMs: number;
  /** Called after a row was written, so that this node acts at once instead of at its next poll. */
  readonly wake: () => void;
  /** See JudgeDeps. */
  onVerdict?: (status: string, code: string | null) => void;
  /** So many failed together that further ones are held. That it is over is told by incident-watch.ts. */
  readonly onIncident: (isOn: boolean) => void;
}

/** What is written about one installation. */
interface Decision {
  key: InstallationKey;
  expected: ExpectedState;
  next: InstallationState;
  entry: NewTimelineEntry;
}

/** One per judge. */
export class VerdictWriter {
  readonly #deps: VerdictWriterDeps;

  constructor(deps: VerdictWriterDeps) {
    this.#deps = deps;
  }

  /** Applies the event if the installation still has that version. `why` goes into the timeline. */
  async apply(key: InstallationKey, version: Version, event: InstallationEvent, why: string): Promise<void> {
    const { installations, owner, clock, confirmAfterMs } = this.#deps;
    const view = await installations.find(key);
    if (!view || !isSameVersion(view.installation.version, version)) return;
    const from = view.installation.state;
    const next = transition(from, event, { nowMs: clock.now(), confirmAfterMs });
    if (next === from) return;
    const facts = { from: statusOf(from), to: statusOf(next), code: 'code' in event ? event.code : null, why };
    const expected = { version, from: from.kind, epoch: owner.epochOf(key) };
    const decision = { key, expected, next, entry: { kind: 'verdict' as const, facts } };
    // Uninstall events and the operator are proof by themselves; errors are what an incident makes.
    const isByErrors = event.type === 'probe_terminal' && next.kind === 'inactive';
    if (isByErrors) await this.#deactivateOrHold(decision, event.code);
    else await this.#write(decision);
  }

  async #write({ key, expected, next, entry }: Decision): Promise<void> {
    const { installations, log, wake } = this.#deps;
    if (!(await installations.compareAndSetState(key, expected, next, entry))) return;
    log.info({ key, ...entry.facts }, 'verdict written');
    this.#tell(next, entry);
    wake();
  }

  #tell(written: InstallationState, { facts }: Decision['entry']): void {
    const code = facts.code ?? facts.why;
    this.#deps.onVerdict?.(statusOf(written), typeof code === 'string' ? code : null);
  }

  async #deactivateOrHold({ key, expected, next, entry }: Decision, code: string): Promise<void> {
    const { installations, clock, log, wake, onIncident } = this.#deps;
    const held = { kind: 'active', doubt: { kind: 'held', code, sinceMs: clock.now() } } as const;
    const outcome = await installations.deactivateOrHold(key, expected, { inactive: next, held }, entry);
    if (outcome.kind === 'stale') return;
    log.info({ key, ...entry.facts, outcome: outcome.kind }, 'verdict written');
    this.#tell(outcome.kind === 'held' ? held : next, entry);
    if (outcome.kind === 'held' && outcome.isFirst) {
      log.error({}, 'many installations failed at once: taken for an incident, further ones are held');
      onIncident(true);
    }
    wake();
  }
}
