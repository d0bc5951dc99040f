/**
 * Deletes what has been inactive for too long. Polls once an hour, page by page; the author's hooks may keep a team, and are
 * then asked again a day later. Whatever changes a row meanwhile wins: see Installations.purge.
 */
import type { Clock, Timer } from '../time/clock.ts';
import { askAll, type DeletionDeps, deleteInactive, type Inactive } from './deletion.ts';
import type { Installation, InstallationKey } from './installation.ts';
import type { Installations, InstallationView } from './installations.ts';

export interface PurgerDeps extends DeletionDeps {
  installations: Pick<Installations, 'list' | 'purge'>;
  /** How long an installation stays inactive before it is deleted, in milliseconds. */
  purgeAfterMs: number;
  clock: Clock;
}

/** Between two polls, in milliseconds. */
const POLL_MS = 3_600_000;
/** A team that hooks kept is asked about again after so long, in milliseconds. */
const ASK_AGAIN_MS = 86_400_000;
/** Installations read at once; each may wait for a hook. */
const PAGE = 100;

/** Polls from `start` to `stop`. */
export class Purger {
  readonly #deps: PurgerDeps;
  /** When the hooks kept an installation. */
  readonly #keptAtMs = new Map<InstallationKey, number>();
  #timer: Timer | undefined;
  #polling: Promise<void> | undefined;
  #isStopped = false;

  constructor(deps: PurgerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = this.#deps.clock.after(POLL_MS, () => {
      this.#polling = this.#poll().finally(() => {
        this.#polling = undefined;
        if (!this.#isStopped) this.start();
      });
    });
  }

  /** Begins nothing more and waits for what is under way: a hook at most, or one transaction. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    const purged: string[] = [];
    try {
      this.#forgetOldAnswers();
      for await (const view of this.#inactive()) {
        if (this.#isStopped) break;
        purged.push(...(await this.#consider(view)));
      }
      if (purged.length > 0) await this.#deps.onRoundEnded(purged);
    } catch (error) {
      // The store will answer again; an hour later is soon enough.
      this.#deps.log.error({ err: error }, 'inactive teams not purged');
    }
  }

  async *#inactive(): AsyncGenerator<InstallationView> {
    for (let afterKey = ''; ; ) {
      const views = await this.#deps.installations.list({ status: 'inactive', afterKey, limit: PAGE });
      yield* views;
      const last = views.at(-1);
      if (!last || views.length < PAGE) return;
      afterKey = last.installation.key;
    }
  }

  /** Answers the teams that it deleted. */
  async #consider(view: InstallationView): Promise<readonly string[]> {
    const { installation } = view;
    const { state, key } = installation;
    if (state.kind !== 'inactive' || !this.#isDue(installation, state)) return [];
    const { reason, sinceMs } = state;
    if (!(await askAll(this.#deps, view, { reason, sinceMs, by: 'age' })).allowed) {
      this.#keptAtMs.set(key, this.#deps.clock.now());
      return [];
    }
    return await deleteInactive(this.#deps, installation, { state, isStopped: () => this.#isStopped });
  }

  /** One that is still asked about, after an incident or for the operator, may come back by an answer of Slack. */
  #isDue({ key, incident, request }: Installation, { sinceMs }: Inactive): boolean {
    const isOld = this.#deps.clock.now() - sinceMs > this.#deps.purgeAfterMs;
    return isOld && this.#deps.owner.owns(key) && incident === null && request === null && !this.#keptAtMs.has(key);
  }

  #forgetOldAnswers(): void {
    const nowMs = this.#deps.clock.now();
    for (const [key, atMs] of this.#keptAtMs)
      if (nowMs - atMs >= ASK_AGAIN_MS || atMs > nowMs) this.#keptAtMs.delete(key);
  }
}
