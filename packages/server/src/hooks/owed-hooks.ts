/**
 * Tells the hooks of purges and incidents, at least once: what was told is written when they have settled, and what a process that
 * died had not told is told by whoever has its part of the work then.
 */
import type { HookEmitter } from '../events.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { OwedHooksRows, UntoldPurge } from '../team/owed-hooks-repository.ts';

export interface OwedHooksDeps {
  hooks: HookEmitter;
  rows: OwedHooksRows;
  owner: { owns(key: InstallationKey): boolean };
  /** Whether this node tells what is no installation's when another one died: one of them does. */
  readonly isFirst: () => boolean;
  log: { warn(facts: object, message: string): void };
}

const INCIDENT = 'incident';

/** One per process. */
export class OwedHooks {
  readonly #deps: OwedHooksDeps;
  /** What is being told, by installation. */
  readonly #telling = new Map<InstallationKey | typeof INCIDENT, Promise<void>>();

  constructor(deps: OwedHooksDeps) {
    this.#deps = deps;
  }

  /** An installation was deleted, with these teams. */
  purged(purge: UntoldPurge): void {
    const { hooks, rows } = this.#deps;
    const told = Promise.all(purge.teamIds.map((teamId) => hooks.emit('purged', { teamId })));
    this.#note(
      purge.key,
      told.then(() => rows.purgeTold(purge)),
    );
  }

  /** An incident has begun, or is over. */
  incident(isOn: boolean): void {
    const { hooks, rows } = this.#deps;
    const told = hooks.emit('incident', { isOn });
    this.#note(
      INCIDENT,
      told.then(() => rows.incidentTold(isOn)),
    );
  }

  /** At the start, and after the death of another node: tells what is owed. Never rejects. */
  async catchUp(): Promise<void> {
    const { rows, owner, isFirst, log } = this.#deps;
    try {
      for (const purge of await rows.untoldPurges()) {
        if (owner.owns(purge.key) && !this.#telling.has(purge.key)) this.purged(purge);
      }
      const isOn = await rows.untoldIncident();
      if (isOn !== undefined && isFirst() && !this.#telling.has(INCIDENT)) this.incident(isOn);
    } catch (err) {
      log.warn({ err }, 'hooks that may be owed were not looked for');
    }
  }

  /** Resolves when what is being told of these installations is written, or of all. */
  async settled(keys?: readonly InstallationKey[]): Promise<void> {
    const isMeant = (key: InstallationKey) => keys === undefined || keys.includes(key);
    await Promise.all(Array.from(this.#telling, async ([key, told]) => (isMeant(key) ? await told : undefined)));
  }

  /** What could not be written is told again by the next process. */
  #note(key: InstallationKey | typeof INCIDENT, told: Promise<void>): void {
    const noted = told
      .catch((err: unknown) => this.#deps.log.warn({ err, key }, 'what hooks were told is not written'))
      .then(() => {
        if (this.#telling.get(key) === noted) this.#telling.delete(key);
      });
    this.#telling.set(key, noted);
  }
}
