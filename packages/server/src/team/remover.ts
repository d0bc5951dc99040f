/**
 * Removes installations that an operator wants removed, one step for each row that is followed:
 *
 *   asked for, any state ─ hooks agree ─▶ inactive (reason operator), hooks are told of that ─▶ deleted with all its data
 *                        └ one keeps it ─▶ the wish is taken back, with why in the timeline
 *
 * The answer of the hooks is kept in memory between the steps: after a death of the process they are asked once more.
 */
import type { Clock, Timer } from '../time/clock.ts';
import { askAll, type DeletionDeps, deleteInactive, type Inactive } from './deletion.ts';
import type { InstallationKey } from './installation.ts';
import type { Installations, InstallationView } from './installations.ts';

export interface RemoverDeps extends DeletionDeps {
  installations: Pick<Installations, 'find' | 'purge' | 'compareAndSetState' | 'refuseRemoval'>;
  clock: Clock;
  /** Runs the deletion so that it has its row in the audit. */
  readonly audited: (key: InstallationKey, work: () => Promise<readonly string[]>) => Promise<readonly string[]>;
  /** The same for taking the wish back. */
  readonly auditedRefusal: (key: InstallationKey, why: string | null, work: () => Promise<boolean>) => Promise<boolean>;
}

/** After a failure, which is one of the store: in milliseconds. */
const RETRY_MS = 30_000;

/** One per server. */
export class Remover {
  readonly #deps: RemoverDeps;
  /** The newest rows that were followed and not looked at yet. */
  readonly #newest = new Map<InstallationKey, InstallationView>();
  readonly #underWay = new Map<InstallationKey, Promise<void>>();
  /** Which install the hooks gave up. */
  readonly #givenUp = new Map<InstallationKey, number>();
  readonly #retries = new Set<Timer>();
  #isStopped = false;

  constructor(deps: RemoverDeps) {
    this.#deps = deps;
  }

  /** A row of this node was followed, and its hooks are called. */
  observe(view: InstallationView): void {
    const { key, isToBeRemoved } = view.installation;
    if (!isToBeRemoved || this.#isStopped || !this.#deps.owner.owns(key)) return;
    this.#newest.set(key, view);
    if (this.#underWay.has(key)) return;
    const ended = this.#carryOut(key).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, ended);
  }

  /** Begins nothing more and waits for what is under way: a hook at most, or one transaction. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#retries) timer.cancel();
    await Promise.all(this.#underWay.values());
  }

  async #carryOut(key: InstallationKey): Promise<void> {
    try {
      for (let view = this.#take(key); view && !this.#isStopped; view = this.#take(key)) await this.#step(view);
    } catch (error) {
      this.#deps.log.error({ key, err: error }, 'installation not removed');
      this.#retryLater(key);
    }
  }

  /** Whatever happens to the row meanwhile brings it back earlier; the wish stays in it for the next owner, too. */
  #retryLater(key: InstallationKey): void {
    if (this.#isStopped) return;
    const { installations, clock } = this.#deps;
    const timer = clock.after(RETRY_MS, () => {
      this.#retries.delete(timer);
      void installations.find(key).then(
        (view) => view && this.observe(view),
        () => this.#retryLater(key),
      );
    });
    this.#retries.add(timer);
  }

  #take(key: InstallationKey): InstallationView | undefined {
    const view = this.#newest.get(key);
    this.#newest.delete(key);
    return view;
  }

  async #step(view: InstallationView): Promise<void> {
    const { key, version, state } = view.installation;
    const { owner, installations, clock, onRoundEnded } = this.#deps;
    const inactive: Inactive =
      state.kind === 'inactive' ? state : { kind: 'inactive', reason: 'operator', sinceMs: clock.now() };
    if (this.#givenUp.get(key) !== version.install && !(await this.#isGivenUp(view, inactive))) return;
    if (this.#isStopped || !owner.owns(key)) return;
    if (state.kind !== 'inactive') {
      const facts = { from: state.kind, to: inactive.kind, code: null, why: 'operator' };
      const expected = { version, from: state.kind, epoch: owner.epochOf(key) };
      // The row that this makes is followed like any other, its hooks are told, and it comes back here.
      await installations.compareAndSetState(key, expected, inactive, { kind: 'verdict', facts });
      return;
    }
    const isStopped = () => this.#isStopped;
    const teamIds = await this.#deps.audited(key, () =>
      deleteInactive(this.#deps, view.installation, { state, isStopped }),
    );
    this.#givenUp.delete(key);
    if (teamIds.length > 0) await onRoundEnded(teamIds);
  }

  async #isGivenUp(view: InstallationView, { reason, sinceMs }: Inactive): Promise<boolean> {
    const { key, version } = view.installation;
    const answer = await askAll(this.#deps, view, { reason, sinceMs, by: 'operator' });
    if (answer.allowed) this.#givenUp.set(key, version.install);
    else {
      const { installations, auditedRefusal } = this.#deps;
      const { install } = version;
      await auditedRefusal(key, answer.message, () =>
        installations.refuseRemoval(key, { install, why: answer.message }),
      );
    }
    return answer.allowed;
  }
}
