/**
 * Deletes what has been inactive for too long. Polls once an hour, page by page; the author's hooks may keep a team, and are
 * then asked again a day later. Whatever changes a row meanwhile wins: see Installations.purge.
 */
import type { BotServerEvents, Permission } from '../events.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Installation, InstallationKey, InstallationState } from './installation.ts';
import type { Installations, InstallationView, PurgeOutcome } from './installations.ts';

export interface PurgerDeps {
  installations: Pick<Installations, 'list' | 'purge'>;
  /** Only the owner of an installation deletes it. */
  owner: { owns(key: InstallationKey): boolean; epochOf(key: InstallationKey): number | undefined };
  /** How long an installation stays inactive before it is deleted, in milliseconds. */
  purgeAfterMs: number;
  /** Asks the hooks of one team. */
  mayPurge(facts: BotServerEvents['purging']): Promise<Permission>;
  /** Resolves when no install is half done: one that Slack has granted must find its data. */
  installsSettled(): Promise<void>;
  /** Its rows are gone: this process forgets it. */
  onPurged(installation: Installation, outcome: PurgeOutcome): void;
  /** After a poll that deleted teams. */
  onRoundEnded(teamIds: readonly string[]): Promise<void>;
  clock: Clock;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
}

type Inactive = InstallationState & { kind: 'inactive' };

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
    const { state, key, version } = installation;
    if (state.kind !== 'inactive' || !this.#isDue(installation, state)) return [];
    if (!(await this.#isAllowed(view, state))) {
      this.#keptAtMs.set(key, this.#deps.clock.now());
      return [];
    }
    await this.#deps.installsSettled();
    if (this.#isStopped || !this.#deps.owner.owns(key)) return [];
    const outcome = await this.#deps.installations.purge(key, {
      version,
      sinceMs: state.sinceMs,
      epoch: this.#deps.owner.epochOf(key),
      isToBeTold: true,
    });
    if (!outcome) return [];
    this.#deps.log.info({ key, ...outcome, sinceMs: state.sinceMs }, 'inactive installation purged');
    this.#deps.onPurged(installation, outcome);
    return outcome.teamIds;
  }

  /** One that is still asked about, after an incident or for the operator, may come back by an answer of Slack. */
  #isDue({ key, incident, request }: Installation, { sinceMs }: Inactive): boolean {
    const isOld = this.#deps.clock.now() - sinceMs > this.#deps.purgeAfterMs;
    return isOld && this.#deps.owner.owns(key) && incident === null && request === null && !this.#keptAtMs.has(key);
  }

  /** All teams of an org-wide installation go together, so each of them may keep it. */
  async #isAllowed({ installation: { key }, teams }: InstallationView, state: Inactive): Promise<boolean> {
    const { reason, sinceMs } = state;
    for (const { teamId } of teams) {
      const answer = await this.#deps.mayPurge({ teamId, reason, sinceMs });
      if (answer.allowed) continue;
      this.#deps.log.info({ key, teamId, why: answer.message }, 'inactive installation kept by a hook');
      return false;
    }
    return true;
  }

  #forgetOldAnswers(): void {
    const nowMs = this.#deps.clock.now();
    for (const [key, atMs] of this.#keptAtMs)
      if (nowMs - atMs >= ASK_AGAIN_MS || atMs > nowMs) this.#keptAtMs.delete(key);
  }
}
