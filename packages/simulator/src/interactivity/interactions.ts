/** What interactivity keeps: triggers, response URLs, views, dialogs and panes of entities. The Web API and `/_sim` share one of these. */
import type { Message } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import { Dialogs } from './dialogs.ts';
import type { StateValues } from './elements.ts';
import { EntityPanes } from './entity-panes.ts';
import { ResponseUrls } from './response-urls.ts';
import { Triggers } from './triggers.ts';
import { Views } from './views.ts';

/** The state of interactivity of one simulator. */
export interface Interactions {
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly views: Views;
  readonly dialogs: Dialogs;
  readonly panes: EntityPanes;
  /** What people chose in the selects of messages. */
  readonly messageValues: WeakMap<Message, StateValues>;
}

export function createInteractions(world: World): Interactions {
  const makeSecret = () => world.ids.secret(32);
  return {
    triggers: new Triggers(world.clock, makeSecret),
    responseUrls: new ResponseUrls(world.clock, () => world.secrets.note(makeSecret())),
    views: new Views(world),
    dialogs: new Dialogs(),
    panes: new EntityPanes(),
    messageValues: new WeakMap(),
  };
}
