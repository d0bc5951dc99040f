/** A person opens an entity under a message, or asks for it anew: its app is asked what it knows of it. */
import type { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import type { App, Channel, Entity, Message } from '../workspace/model.ts';
import { sharedEntities } from '../workspace/work-objects.ts';
import type { ActionInfo } from './action-info.ts';
import type { openEntityBody } from './action-schemas.ts';
import { type ActionTools, actorOf, channelOf } from './actor.ts';
import { newPane } from './entity-panes.ts';

type Asked = z.output<typeof openEntityBody>;

/**
 * Sends an event, not an interaction. Slack asks again only after ten minutes or when the person refreshes; here each act is
 * a refresh. (https://docs.slack.dev/messaging/work-objects-implementation)
 * @throws SimulatorError `not_found`, `invalid_input`
 */
export function openEntity({ world, interactions }: ActionTools, asked: Asked): ActionInfo {
  const { app, team, user } = actorOf(world, asked);
  const channel = channelOf(world, asked);
  const { message, entity } = entityIn(channel, app, asked);
  if (!app.eventSubscriptions.includes('entity_details_requested')) {
    const fix = 'subscribe it to entity_details_requested';
    throw new SimulatorError('invalid_input', `Entities of app ${app.id} cannot be opened: ${fix}`);
  }
  const place = { app, team, userId: user.id, channel };
  const pane = newPane({ ...place, message, entity });
  interactions.panes.show(pane, { state: 'asked' });
  const triggerId = interactions.triggers.issue({ ...place, pane });
  world.events.emit({ type: 'entity_details_requested', ...place, message, entity, triggerId });
  return { acked: true, triggerId };
}

function entityIn(channel: Channel, app: App, { ts, url }: Asked): { message: Message; entity: Entity } {
  for (const message of channel.messages.toReversed()) {
    if (ts !== undefined && message.ts !== ts) continue;
    const found = sharedEntities(message).find(
      ({ appId, entity }) =>
        appId === app.id && (url === undefined || url === entity.url || url === entity.app_unfurl_url),
    );
    if (found) return { message, entity: found.entity };
  }
  const which = [url, ts && `under message ${ts}`].filter(Boolean).join(' ');
  throw new SimulatorError('not_found', `App ${app.id} has no entity ${which} in ${channel.name || channel.id}`);
}
