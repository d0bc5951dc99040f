/** Where in a message an element is: in its blocks, in those of an attachment, or a button of an entity. */
import { isObject } from '../content/block-kit/rules.ts';
import type { Channel, Message, SharedEntity } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { sharedEntities } from '../workspace/work-objects.ts';
import { elementsIn, type FoundElement } from './elements.ts';

/** What an element is in besides the message. */
export type Within = { kind: 'attachment'; attachment: Json } | { kind: 'entity'; shared: SharedEntity };

/** A message that a person sees. */
export interface SeenMessage {
  readonly channel: Channel;
  readonly message: Message;
  readonly isEphemeral: boolean;
}

/** All blocks of a message whose elements can be used. */
export function blocksOfMessage(message: Message): readonly unknown[] {
  const inAttachments = attachmentsOf(message).flatMap(({ blocks }) => blocks);
  return [...(message.blocks ?? []), ...inAttachments, ...sharedEntities(message).map(entityBlock)];
}

export function placeIn(message: Message, { block }: FoundElement): Within | undefined {
  const found = attachmentsOf(message).find(({ blocks }) => elementsIn(blocks).some((one) => one.block === block));
  if (found) return { kind: 'attachment', attachment: found.attachment };
  const shared = sharedEntities(message).find((_one, index) => block.block_id === entityBlockId(index));
  return shared && { kind: 'entity', shared };
}

/** Whose the element is, if it is of another app than the message. */
export function appWithin(within: Within | undefined): string | undefined {
  if (within?.kind === 'entity') return within.shared.appId;
  const appId = within?.attachment.app_id;
  return typeof appId === 'string' ? appId : undefined;
}

/**
 * `container`, and `app_unfurl` when the element is in a preview. (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload;
 * https://docs.slack.dev/messaging/work-objects-implementation; slackapi/java-slack-sdk, BlockActionPayload)
 */
export function containerFields({ channel, message, isEphemeral }: SeenMessage, within: Within | undefined): Json {
  const place = {
    message_ts: message.ts,
    channel_id: channel.id,
    is_ephemeral: isEphemeral,
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
  };
  if (!within) return { container: { type: 'message', ...place } };
  const inAttachment = { type: 'message_attachment', ...place };
  if (within.kind === 'entity') {
    const { url, app_unfurl_url: link, external_ref } = within.shared.entity;
    const unfurl = { is_app_unfurl: link !== undefined, ...(link !== undefined && { app_unfurl_url: link }) };
    return { container: { ...inAttachment, ...unfurl, entity_url: url, external_ref } };
  }
  const { attachment } = within;
  const isUnfurl = attachment.is_app_unfurl === true;
  const unfurl = { is_app_unfurl: isUnfurl, ...(isUnfurl && { app_unfurl_url: attachment.app_unfurl_url }) };
  return {
    container: { ...inAttachment, attachment_id: attachment.id, ...unfurl },
    ...(isUnfurl && { app_unfurl: attachment }),
  };
}

function attachmentsOf({ attachments = [] }: Message): { attachment: Json; blocks: readonly unknown[] }[] {
  return attachments.flatMap((one) =>
    isObject(one) && Array.isArray(one.blocks) ? [{ attachment: one, blocks: one.blocks }] : [],
  );
}

/** Its buttons as the block that they would be. */
function entityBlock({ entity }: SharedEntity, index: number): Json {
  const { primary_actions: primary = [], overflow_actions: overflow = [] } = entity.entity_payload.actions ?? {};
  const elements = [...primary, ...overflow].map(({ text, action_id, value, style, url }) => ({
    type: 'button',
    action_id,
    text: { type: 'plain_text', text, emoji: true },
    ...(value !== undefined && { value }),
    ...(style !== undefined && { style }),
    ...(url !== undefined && { url }),
  }));
  return { type: 'actions', block_id: entityBlockId(index), elements };
}

function entityBlockId(index: number): string {
  return `work-object-${index}`;
}
