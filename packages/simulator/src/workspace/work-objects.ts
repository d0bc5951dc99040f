/** Work Objects: what stands under a message of the entities that apps named, by a link in it or with their own message. */
import type { Json } from './json.ts';
import type { Entity, Message, SharedEntity, Team } from './model.ts';

/** What an entity is called when its app does not say. (https://docs.slack.dev/messaging/work-objects-overview) */
const DISPLAY_TYPES: Readonly<Record<string, string>> = {
  'slack#/entities/file': 'File',
  'slack#/entities/task': 'Task',
  'slack#/entities/incident': 'Incident',
  'slack#/entities/content_item': 'Content Item',
  'slack#/entities/item': 'Item',
};

/** The entities of a message, those of its own app first. */
export function sharedEntities({ appId, metadata, unfurledEntities = [] }: Message): readonly SharedEntity[] {
  // They were read when the message was posted.
  const { entities = [] } = (metadata ?? {}) as { entities?: readonly Entity[] };
  return [...(appId === undefined ? [] : entities.map((entity) => ({ appId, entity }))), ...unfurledEntities];
}

/** The attachments of a message with those that Slack makes of its entities. */
export function shownAttachments(team: Team, message: Message): readonly unknown[] | undefined {
  const entities = sharedEntities(message);
  const { attachments = [] } = message;
  if (entities.length === 0) return message.attachments;
  return [...attachments, ...entities.map((one, index) => entityAttachment(team, one, attachments.length + index + 1))];
}

/** Slack documents no shape of it: this is the least of what its clients are seen to get. */
function entityAttachment(team: Team, { appId, entity }: SharedEntity, id: number): Json {
  const { title, display_type: type, display_id: displayId, product_name: product } = entity.entity_payload.attributes;
  const { botId, botUserId = '' } = team.installations.get(appId) ?? {};
  const appName = team.users.get(botUserId)?.realName ?? '';
  const displayType = type ?? DISPLAY_TYPES[entity.entity_type] ?? '';
  const subtitle = `${[displayType, displayId].filter(Boolean).join(' ')} in ${product ?? appName}`;
  return {
    id,
    from_url: entity.app_unfurl_url ?? entity.url,
    ...(entity.app_unfurl_url !== undefined && { app_unfurl_url: entity.app_unfurl_url, is_app_unfurl: true }),
    app_id: appId,
    ...(botId !== undefined && { bot_id: botId }),
    work_object_entity: {
      app_name: appName,
      ...(product !== undefined && { product_name: product }),
      display_type: displayType,
      external_url: entity.url,
      layouts: { compact: { layout_type: 'compact', title: { text: title.text }, subtitle: { text: subtitle } } },
    },
  };
}
