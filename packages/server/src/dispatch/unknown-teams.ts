/**
 * Events of teams that have no row. Slack sends none of teams that did not install the app, so the database is another one than
 * the operator thinks, or was lost. They are answered 200 and dropped like those of inactive teams, but not in silence.
 */
import { BotServerError } from '../errors.ts';
import type { HookEmitter } from '../events.ts';

export interface UnknownTeamsDeps {
  hooks: HookEmitter;
  log: { warn(facts: object, message: string): void };
}

/** So many teams are told by name; of more nothing is remembered. */
const MAX_TOLD = 1_000;

/** One per process. */
export class UnknownTeams {
  readonly #deps: UnknownTeamsDeps;
  readonly #told = new Set<string>();
  #events = 0;

  constructor(deps: UnknownTeamsDeps) {
    this.#deps = deps;
  }

  /** An event of it was dropped. Told once per team; the line counts the events of all of them until then. */
  heardOf(teamId: string): void {
    this.#events++;
    if (this.#told.has(teamId) || this.#told.size >= MAX_TOLD) return;
    this.#told.add(teamId);
    const isLast = this.#told.size === MAX_TOLD;
    const facts = { teamId, unknownTeams: this.#told.size, dropped: this.#events, ...(isLast ? { isLast } : {}) };
    this.#deps.log.warn(facts, 'an event of a team that is not known was dropped; is this the right database?');
    const error = new BotServerError(
      'team_unknown',
      `An event of team ${teamId}, which is not known here, was dropped`,
      {
        facts: { teamId },
      },
    );
    void this.#deps.hooks.emit('error', { teamId, where: 'intake', error });
  }
}
