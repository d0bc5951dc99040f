/**
 * Notices that an incident is over: nothing is held any more, whoever ended that (an answer of Slack, an uninstall event, a
 * re-install, or the operator in another process). That it began is told by verdict-writer.ts.
 */
import { type InstallationKey, isHeld } from '../team/installation.ts';
import type { Installations, InstallationView } from '../team/installations.ts';

export interface IncidentWatchDeps {
  installations: Pick<Installations, 'endIncidentIfOver'>;
  /** Called with false once per incident, by one process. */
  readonly onIncident: (isOn: boolean) => void;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** Sees every row that changes. */
export class IncidentWatch {
  readonly #deps: IncidentWatchDeps;
  readonly #held = new Set<InstallationKey>();
  #isBooting = true;

  constructor(deps: IncidentWatchDeps) {
    this.#deps = deps;
  }

  /** Looks at a row that changed. */
  observe({ installation: { key, state } }: InstallationView): void {
    if (isHeld(state)) this.#held.add(key);
    else if (this.#held.delete(key) && !this.#isBooting) this.#endIfOver();
  }

  /** Every row was seen once: what was held may have been let go while no server ran. */
  booted(): void {
    this.#isBooting = false;
    this.#endIfOver();
  }

  #endIfOver(): void {
    if (this.#held.size > 0) return;
    const { installations, log, onIncident } = this.#deps;
    installations.endIncidentIfOver().then(
      (isOver) => {
        if (!isOver) return;
        log.info({}, 'incident over: no team is held any more');
        onIncident(false);
      },
      (err: unknown) => log.error({ err }, 'the end of an incident was not written'),
    );
  }
}
