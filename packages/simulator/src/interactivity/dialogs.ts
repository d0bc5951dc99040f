/** The dialogs that are open: at most one per person, as on Slack's client. Modals took their place; older apps have them. */
import type { App, Channel, Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { DialogContent } from './dialog-content.ts';

/** Dialogs that stay open when nobody closes them; the oldest is forgotten first. */
const DIALOGS_KEPT = 1000;

/** A dialog as one person sees it. */
export interface Dialog {
  readonly app: App;
  readonly team: Team;
  readonly userId: string;
  /** Where the person was; undefined after a global shortcut. */
  readonly channel: Channel | undefined;
  readonly content: DialogContent;
  /** What was entered or chosen, by the element's name; null is nothing. */
  readonly values: Record<string, string | null>;
  /** Messages under the fields, by the element's name. */
  errors: Readonly<Record<string, string>>;
}

/** The dialogs of one simulator. */
export class Dialogs {
  readonly #open = new Map<string, Dialog>();

  /** Opens a dialog in place of the one that the person has open. */
  open(facts: Pick<Dialog, 'app' | 'team' | 'userId' | 'channel' | 'content'>): Dialog {
    const values = Object.fromEntries(
      facts.content.elements.map((element) => [String(element.name), initial(element)]),
    );
    const dialog: Dialog = { ...facts, values, errors: {} };
    const key = keyOf(dialog);
    this.#open.delete(key);
    this.#open.set(key, dialog);
    const oldest = this.#open.keys().next();
    if (this.#open.size > DIALOGS_KEPT && !oldest.done) this.#open.delete(oldest.value);
    return dialog;
  }

  find(team: Team, userId: string): Dialog | undefined {
    return this.#open.get(keyOf({ team, userId }));
  }

  close(dialog: Dialog): void {
    if (this.find(dialog.team, dialog.userId) === dialog) this.#open.delete(keyOf(dialog));
  }

  list(): Dialog[] {
    return [...this.#open.values()];
  }
}

function initial(element: Json): string | null {
  if (typeof element.value === 'string' && element.value !== '') return element.value;
  const [selected] = Array.isArray(element.selected_options) ? (element.selected_options as (Json | null)[]) : [];
  return typeof selected?.value === 'string' ? selected.value : null;
}

function keyOf({ team, userId }: { team: Team; userId: string }): string {
  return `${team.id}/${userId}`;
}
