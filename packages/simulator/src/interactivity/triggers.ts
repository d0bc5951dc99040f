/** Trigger ids: what a person did entitles an app to open one modal, once, within three seconds of the simulator's clock. */
import type { Clock } from '../clock/clock.ts';
import type { App, Channel, Team } from '../workspace/model.ts';
import type { EntityPane } from './entity-panes.ts';

/** How long a trigger can be used. (https://docs.slack.dev/interactivity/handling-user-interaction) */
export const TRIGGER_LIFETIME_MS = 3000;
/** Triggers that are remembered, so that a late one is told from one that never was. */
const TRIGGERS_KEPT = 2000;

/** Who did something where, and what it may lead to. */
export interface TriggerFacts {
  readonly app: App;
  readonly team: Team;
  readonly userId: string;
  /** The view in which it was done; only then a view can be pushed. */
  readonly viewId?: string | undefined;
  /** The conversation in which it was done, or that the person looked at when the view opened, if any. */
  readonly channel?: Channel | undefined;
  /** What a person looks at of a Work Object, if that is what they did. */
  readonly pane?: EntityPane | undefined;
}

/** A trigger with what became of it. */
interface Trigger extends TriggerFacts {
  readonly issuedAtMs: number;
  isUsed: boolean;
}

/** Why a trigger cannot be used, as views.open says it. */
export type TriggerProblem = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

/** The triggers of one simulator. */
export class Triggers {
  readonly #clock: Clock;
  readonly #makeSecret: () => string;
  readonly #triggers = new Map<string, Trigger>();
  #lastNumber = 0;

  constructor(clock: Clock, makeSecret: () => string) {
    this.#clock = clock;
    this.#makeSecret = makeSecret;
  }

  /** Slack's form: two numbers and a secret. */
  issue(facts: TriggerFacts): string {
    const issuedAtMs = this.#clock.now();
    const id = `${Math.floor(issuedAtMs)}.${++this.#lastNumber}.${this.#makeSecret()}`;
    this.#triggers.set(id, { ...facts, issuedAtMs, isUsed: false });
    if (this.#triggers.size > TRIGGERS_KEPT) this.#forgetOldest();
    return id;
  }

  /** Uses a trigger up. A trigger of another app does not exist. */
  exchange(id: string, app: App): TriggerFacts | TriggerProblem {
    const trigger = this.#find(id, app);
    if (typeof trigger !== 'string') trigger.isUsed = true;
    return trigger;
  }

  /** The same without using it up, for what may be answered more than once. */
  peek(id: string, app: App): TriggerFacts | TriggerProblem {
    return this.#find(id, app);
  }

  #find(id: string, app: App): Trigger | TriggerProblem {
    const trigger = this.#triggers.get(id);
    if (!trigger || trigger.app !== app) return 'invalid_trigger_id';
    if (trigger.isUsed) return 'exchanged_trigger_id';
    return this.#clock.now() - trigger.issuedAtMs > TRIGGER_LIFETIME_MS ? 'expired_trigger_id' : trigger;
  }

  #forgetOldest(): void {
    const oldest = this.#triggers.keys().next();
    if (!oldest.done) this.#triggers.delete(oldest.value);
  }
}
