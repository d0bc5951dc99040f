/** The panes in which people look at entities of Work Objects: one per person, as on Slack's client. */
import type { App, Channel, Entity, Message, Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';

/** Panes that stay open because nobody closes them; the oldest is forgotten first. */
const PANES_KEPT = 1000;

/** What a person sees in a pane. */
export type PaneContent =
  | { readonly state: 'asked' }
  | { readonly state: 'shown'; readonly metadata: Json }
  | { readonly state: 'sign_in'; readonly userAuthUrl: string }
  | { readonly state: 'error'; readonly error: Json };

/** An entity as one person looks at it. */
export interface EntityPane {
  readonly app: App;
  readonly team: Team;
  readonly userId: string;
  readonly channel: Channel;
  readonly message: Message;
  readonly entity: Entity;
  shown: PaneContent;
}

/** A pane that is not shown yet. */
export function newPane(facts: Omit<EntityPane, 'shown'>): EntityPane {
  return { ...facts, shown: { state: 'asked' } };
}

/** The panes of one simulator. */
export class EntityPanes {
  readonly #open = new Map<string, EntityPane>();

  /** Shows a pane in place of the one that the person has open. */
  show(pane: EntityPane, shown: PaneContent): void {
    pane.shown = shown;
    const key = `${pane.team.id}/${pane.userId}`;
    this.#open.delete(key);
    this.#open.set(key, pane);
    const oldest = this.#open.keys().next();
    if (this.#open.size > PANES_KEPT && !oldest.done) this.#open.delete(oldest.value);
  }

  list(): EntityPane[] {
    return [...this.#open.values()];
  }
}
