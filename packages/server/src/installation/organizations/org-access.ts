/**
 * Keeps the workspaces of org-wide installations as Slack has them. What an event or a refused call says is written at once;
 * then auth.teams.list is asked, and its answer counts: it comes in any order, and nothing in it is late or lost. It is also
 * asked at each install, at the start and with each periodic check.
 *
 *   install, start, check, event, refused call ──▶ asked ──list──▶ rows
 *                                                    └── no answer ──▶ asked again (back-off)
 */

import type { KeyOwnership } from '../../ownership/key-ownership.ts';
import { type InstallationKey, isAnswering, type TeamId } from '../../team/installation.ts';
import type { AccessChange, AccessOutcome, Installations, InstallationView } from '../../team/installations.ts';
import { steadyBackoffMs } from '../../time/backoff.ts';
import type { Clock, Timer } from '../../time/clock.ts';
import { KeyedQueues } from '../../time/keyed-queues.ts';

/** What auth.teams.list says: all workspaces of an org-wide installation, or why they are not known. */
export type WorkspacesAnswer =
  | { kind: 'ok'; workspaces: { teamId: TeamId; name: string | null }[] }
  | { kind: 'unanswered'; reason: string; retryAfterMs: number };

export interface OrgAccessDeps {
  installations: Pick<Installations, 'find' | 'recordWorkspaces' | 'changeAccess'>;
  /** At an install, and when this process starts, the owner alone asks; what a node hears from Slack it asks about itself. */
  owner: Pick<KeyOwnership, 'owns'>;
  /** Asks Slack with the installation's current bot token. Never throws for an answer of Slack. */
  list(view: InstallationView): Promise<WorkspacesAnswer>;
  /** These workspaces are in the list, and an installation of their own keeps them: is it still there? */
  readonly onContested: (teamIds: readonly TeamId[]) => void;
  /** Called after rows were written. */
  readonly wake: () => void;
  clock: Clock;
  /** 0 ≤ n < 1. */
  random: () => number;
  log: { info(facts: object, message: string): void; warn(facts: object, message: string): void };
}

/** What is to be asked about one organization. */
interface PendingList {
  /** The install whose list was asked for. */
  install: number | undefined;
  /** A question waits for its turn: whatever happens before it is sent is in its answer. */
  isAsking: boolean;
  /** Slack told of a change: what its list says now is asked about once more. */
  isUnsure: boolean;
  failures: number;
  /** Why there was no answer, as it was logged last. */
  reason: string | undefined;
  timer: Timer | undefined;
  /** When a refused call, or an event of an unknown workspace, led to a question; monotonic. */
  doubtedAtMs: number;
  /** Whether it was answered. */
  doubted: Promise<boolean>;
}

/** Slack may tell of a change a little before its list shows it, or the other way round: asked once more after this. */
const ASK_AGAIN_MS = 30_000;
/** A bot that goes on calling for a workspace that it was not let into leads to one question in so many milliseconds. */
const DOUBT_PAUSE_MS = 60_000;
const RETRY = { initialMs: 1_000, maxMs: 300_000 };

/** One per process. Everything returns at once but `stop`; the work runs in the background. */
export class OrgAccess {
  readonly #deps: OrgAccessDeps;
  readonly #pending = new Map<InstallationKey, PendingList>();
  /** Work on one installation never overlaps itself. */
  readonly #queues = new KeyedQueues<InstallationKey>();
  #isStopped = false;

  constructor(deps: OrgAccessDeps) {
    this.#deps = deps;
  }

  /** Looks at a row that changed: an install of an organization is asked for its workspaces. */
  observe({ installation: { key, isEnterprise, state, version }, teams }: InstallationView): void {
    if (state.kind === 'inactive') this.#letRivalsTake(teams);
    if (!isEnterprise || !this.#deps.owner.owns(key)) return;
    if (!isAnswering(state)) return this.#drop(key);
    if (this.#pending.get(key)?.install === version.install) return;
    this.#pendingOf(key).install = version.install;
    this.check(key);
  }

  /** Asks for the workspaces of an org-wide installation; does nothing for any other one. */
  check(key: InstallationKey): void {
    const pending = this.#pendingOf(key);
    if (pending.isAsking) return;
    pending.isAsking = true;
    this.#run(key, async () => void (await this.#ask(key, pending)));
  }

  /** Takes Slack's event about access. */
  note(key: InstallationKey, change: AccessChange): void {
    const pending = this.#pendingOf(key);
    this.#run(key, async () => {
      pending.isUnsure = true;
      await this.#change(key, change);
    });
    pending.isAsking = false;
    this.check(key);
  }

  /**
   * A call was answered team_access_not_granted, or something came from a workspace that is not known. Whether the
   * workspace is out is asked; while nobody answers, the refusal counts. Resolves with whether Slack has answered this question,
   * or the one of less than a minute ago.
   */
  doubt(key: InstallationKey, refusedTeamId?: TeamId): Promise<boolean> {
    const { clock } = this.#deps;
    const pending = this.#pendingOf(key);
    const waitMs = pending.doubtedAtMs + DOUBT_PAUSE_MS - clock.monotonic();
    if (waitMs > 0) {
      this.#askAt(key, pending, waitMs);
      return pending.doubted;
    }
    pending.doubtedAtMs = clock.monotonic();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    pending.doubted = promise;
    this.#run(key, async () => {
      const isAnswered = await this.#ask(key, pending);
      resolve(isAnswered);
      if (isAnswered || refusedTeamId === undefined) return;
      await this.#change(key, { access: 'revoked', teamIds: [refusedTeamId], by: 'team_access_not_granted' });
    });
    return promise;
  }

  /** Asks nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { timer } of this.#pending.values()) timer?.cancel();
    await this.#queues.settled();
  }

  /** An installation has ended whose workspaces organizations have in their lists: what Slack says now decides. */
  #letRivalsTake(teams: InstallationView['teams']): void {
    for (const { contestedBy } of teams) {
      if (contestedBy !== undefined && this.#deps.owner.owns(contestedBy)) this.check(contestedBy);
    }
  }

  #drop(key: InstallationKey): void {
    this.#pending.get(key)?.timer?.cancel();
    this.#pending.delete(key);
  }

  #run(key: InstallationKey, work: () => Promise<void>): void {
    void this.#queues.add(key, () => (this.#isStopped ? undefined : work()));
  }

  /** Whether the rows are as Slack has them now. Never rejects. */
  async #ask(key: InstallationKey, pending: PendingList): Promise<boolean> {
    const { installations } = this.#deps;
    pending.isAsking = false;
    pending.timer?.cancel();
    pending.timer = undefined;
    try {
      const view = await installations.find(key);
      if (!view?.installation.isEnterprise || !isAnswering(view.installation.state)) return false;
      const answer = await this.#deps.list(view);
      if (answer.kind !== 'ok') {
        this.#retry(key, pending, answer);
        return false;
      }
      const { install } = view.installation.version;
      this.#tell(key, await installations.recordWorkspaces(key, { install, workspaces: answer.workspaces }));
    } catch (error) {
      this.#deps.log.warn({ key, err: error }, 'workspaces of an organization not written');
      this.#retry(key, pending, { reason: 'store', retryAfterMs: 0 });
      return false;
    }
    pending.failures = 0;
    pending.reason = undefined;
    if (pending.isUnsure) this.#askAt(key, pending, ASK_AGAIN_MS);
    pending.isUnsure = false;
    return true;
  }

  async #change(key: InstallationKey, change: AccessChange): Promise<void> {
    try {
      this.#tell(key, await this.#deps.installations.changeAccess(key, change), change.by);
    } catch (error) {
      // The list that is asked for next says it as well.
      this.#deps.log.warn({ key, err: error }, 'access to workspaces not written');
    }
  }

  #tell(key: InstallationKey, { granted, revoked, contested }: AccessOutcome, by = 'auth.teams.list'): void {
    const { log, wake, onContested } = this.#deps;
    if (contested.length > 0) onContested(contested);
    if (granted.length > 0 || revoked.length > 0)
      log.info({ key, granted, revoked, by }, 'access to workspaces changed');
    wake();
  }

  #retry(
    key: InstallationKey,
    pending: PendingList,
    { reason, retryAfterMs }: Pick<Extract<WorkspacesAnswer, { kind: 'unanswered' }>, 'reason' | 'retryAfterMs'>,
  ): void {
    const backoffMs = steadyBackoffMs(++pending.failures, this.#deps.random(), RETRY);
    if (pending.reason !== reason) this.#deps.log.warn({ key, reason }, 'workspaces of an organization not known');
    pending.reason = reason;
    this.#askAt(key, pending, Math.min(retryAfterMs, RETRY.maxMs) + backoffMs);
  }

  #askAt(key: InstallationKey, pending: PendingList, waitMs: number): void {
    if (this.#isStopped || pending.timer || this.#pending.get(key) !== pending) return;
    pending.timer = this.#deps.clock.after(waitMs, () => {
      pending.timer = undefined;
      this.check(key);
    });
  }

  #pendingOf(key: InstallationKey): PendingList {
    let pending = this.#pending.get(key);
    if (!pending) {
      pending = {
        install: undefined,
        isAsking: false,
        isUnsure: false,
        failures: 0,
        reason: undefined,
        timer: undefined,
        doubtedAtMs: Number.NEGATIVE_INFINITY,
        doubted: Promise.resolve(false),
      };
      this.#pending.set(key, pending);
    }
    return pending;
  }
}
