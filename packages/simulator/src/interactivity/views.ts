/** The views that are open: a stack of modals per person, and a home tab per person and app. */
import type { App, Channel, Team } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import { initialValues } from './elements.ts';
import type { View, ViewContent } from './view.ts';

/** (https://docs.slack.dev/surfaces/modals) */
export const MAX_VIEWS_IN_STACK = 3;
/** Stacks that stay open when nobody closes them; the oldest is forgotten first. */
const STACKS_KEPT = 1000;

/** Whose view it is. */
export interface ViewOwner {
  readonly app: App;
  readonly team: Team;
  readonly userId: string;
  readonly channel?: Channel | undefined;
  readonly functionRunId?: string | undefined;
}

/** The views of one simulator. */
export class Views {
  readonly #world: World;
  /** By the id of the root view; the last one is on top. */
  readonly #stacks = new Map<string, View[]>();
  /** By team, app and person. */
  readonly #homes = new Map<string, View>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Opens a modal. */
  open(owner: ViewOwner, content: ViewContent): View {
    const view = this.#create(owner, content);
    this.#stacks.set(view.id, [view]);
    const oldest = this.#stacks.keys().next();
    if (this.#stacks.size > STACKS_KEPT && !oldest.done) this.#stacks.delete(oldest.value);
    return view;
  }

  /** Puts a modal on top of the stack of another; undefined when the stack is full or gone. */
  push(below: View, content: ViewContent): View | undefined {
    const stack = this.#stacks.get(below.rootViewId);
    if (!stack || stack.length >= MAX_VIEWS_IN_STACK) return undefined;
    const view = this.#create(below, content, stack);
    stack.push(view);
    return view;
  }

  /** Exchanges the content of a view; what was entered stays where its block and action stay. */
  update(view: View, content: ViewContent): void {
    const fresh = initialValues(content.blocks, view.channel?.id);
    for (const [blockId, actions] of Object.entries(fresh)) {
      for (const [actionId, value] of Object.entries(actions)) {
        const entered = view.values[blockId]?.[actionId];
        if (entered && entered.type === value.type) actions[actionId] = entered;
      }
    }
    view.content = content;
    view.values = fresh;
    view.errors = {};
    view.hash = this.#freshHash();
  }

  /** Makes it the person's home tab. */
  publish(owner: ViewOwner, content: ViewContent): View {
    const known = this.homeOf(owner);
    if (known) {
      this.update(known, content);
      return known;
    }
    const view = this.#create(owner, content);
    this.#homes.set(homeKey(owner), view);
    return view;
  }

  /** The home tab that was published for somebody. */
  homeOf(owner: ViewOwner): View | undefined {
    return this.#homes.get(homeKey(owner));
  }

  /** Takes a view off, and what lies above it; the empty stack goes. */
  close(view: View): void {
    const stack = this.#stacks.get(view.rootViewId);
    const at = stack?.indexOf(view) ?? -1;
    if (!stack || at < 0) return;
    stack.splice(at);
    if (stack.length === 0) this.#stacks.delete(view.rootViewId);
  }

  /** Closes a whole stack. */
  clear(view: View): void {
    this.#stacks.delete(view.rootViewId);
  }

  /** The stack of a modal, the root first. */
  stackOf(view: View): readonly View[] {
    return this.#stacks.get(view.rootViewId) ?? [];
  }

  /** An open view of the app, by its id or by the app's own. */
  find(app: App, by: { id?: string | undefined; externalId?: string | undefined; teamId?: string }): View | undefined {
    for (const view of this.list()) {
      if (view.app !== app) continue;
      if (by.id !== undefined && view.id === by.id) return view;
      const isSameTeam = by.teamId === undefined || view.team.id === by.teamId;
      if (by.externalId !== undefined && isSameTeam && view.content.external_id === by.externalId) return view;
    }
    return undefined;
  }

  /** Every open modal, the top of each stack last, and every home tab. */
  list(): View[] {
    return [...[...this.#stacks.values()].flat(), ...this.#homes.values()];
  }

  #create(owner: ViewOwner, content: ViewContent, stack: readonly View[] = []): View {
    const { app, team, userId, channel, functionRunId } = owner;
    const id = this.#world.ids.id('V');
    return {
      id,
      app,
      team,
      userId,
      channel,
      functionRunId,
      botId: team.installations.get(app.id)?.botId ?? '',
      rootViewId: stack[0]?.id ?? id,
      previousViewId: stack.at(-1)?.id,
      content,
      hash: this.#freshHash(),
      values: initialValues(content.blocks, channel?.id),
      errors: {},
    };
  }

  #freshHash(): string {
    return `${Math.floor(this.#world.clock.now() / 1000)}.${this.#world.ids.secret(8)}`;
  }
}

function homeKey({ team, app, userId }: ViewOwner): string {
  return `${team.id}/${app.id}/${userId}`;
}
