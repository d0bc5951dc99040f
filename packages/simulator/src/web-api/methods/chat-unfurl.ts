/** chat.unfurl: an app's previews of links in somebody's message. */

import { normalizedAttachment } from '../../content/block-kit/normalize.ts';
import { isObject } from '../../content/block-kit/rules.ts';
import { readEntity } from '../../content/entities.ts';
import { isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { flag, jsonArray, jsonObject, text } from '../../wire/arguments.ts';
import { readUnfurlId } from '../../workspace/links.ts';
import { changeMessage, type MessagePlace } from '../../workspace/message-edits.ts';
import { findMessage } from '../../workspace/messages.ts';
import type { Message, SharedEntity } from '../../workspace/model.ts';
import type { Json } from '../../workspace/slack-shapes.ts';
import { unescapedText } from '../../workspace/slack-text.ts';
import { visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const SOURCES: ReadonlySet<string> = new Set(['composer', 'conversations_history']);

const unfurlArguments = {
  channel: text.optional({ invalid: 'cannot_find_channel' }),
  ts: text.optional({ invalid: 'cannot_find_message' }),
  unfurl_id: text.optional({ invalid: 'invalid_unfurl_id' }),
  source: text.optional({ invalid: 'invalid_source' }),
  unfurls: jsonObject.optional({ invalid: 'invalid_unfurls_format' }),
  // Previews as Work Objects. (https://docs.slack.dev/messaging/work-objects)
  metadata: jsonObject.optional({ invalid: 'invalid_metadata_format' }),
  user_auth_required: flag.optional(),
  user_auth_message: text.optional(),
  user_auth_url: text.optional(),
  user_auth_blocks: jsonArray.lenient(),
};

export const chatUnfurlMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'chat.unfurl',
    tier: 3,
    scopes: ['links:write'],
    args: unfurlArguments,
    run(call, args) {
      const place = messagePlace(call, args);
      if (isRefusal(place)) return place;
      const asksToSignIn = args.user_auth_required === true || args.user_auth_url !== undefined;
      const isDone = asksToSignIn || args.metadata !== undefined;
      if (args.unfurls === undefined && !isDone) return refuse('missing_unfurls');
      const previews = args.unfurls && previewsOf(call, place, args.unfurls);
      if (isRefusal(previews)) return previews;
      const entities = entitiesOf(call, place, args.metadata);
      if (isRefusal(entities)) return entities;
      const change = {
        ...(previews && { attachments: withPreviews(place.message, previews, args.unfurls ?? {}) }),
        ...(entities.length > 0 && { unfurledEntities: withEntities(place.message, entities) }),
      };
      if (Object.keys(change).length > 0) changeMessage(call.world, place, change);
      return { ok: true };
    },
  }),
];

interface PlaceArguments {
  channel: string | undefined;
  ts: string | undefined;
  unfurl_id: string | undefined;
  source: string | undefined;
}

/** The message is named by channel and timestamp, or by the `unfurl_id` and `source` of the event. */
function messagePlace(call: TeamCall, args: PlaceArguments): MessagePlace | Refusal {
  if (args.unfurl_id !== undefined || args.source !== undefined) {
    if (args.unfurl_id === undefined) return refuse('missing_unfurl_id');
    if (args.source === undefined) return refuse('missing_source');
    if (!SOURCES.has(args.source)) return refuse('invalid_source');
    const named = readUnfurlId(args.unfurl_id);
    return named ? find(call, named.channelId, named.ts) : refuse('invalid_unfurl_id');
  }
  if (args.channel === undefined) return refuse('missing_channel');
  return args.ts === undefined ? refuse('missing_ts') : find(call, args.channel, args.ts);
}

function find(call: TeamCall, reference: string, ts: string): MessagePlace | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return refuse('cannot_find_channel');
  const message = findMessage(channel, ts);
  return message ? { team: call.team, channel, message } : refuse('cannot_find_message');
}

function previewsOf({ app, token, world }: TeamCall, { message }: MessagePlace, unfurls: Json): Json[] | Refusal {
  const previews: Json[] = [];
  for (const [url, preview] of Object.entries(unfurls)) {
    if (!saysLink(message, url)) return refuse('cannot_unfurl_url');
    if (!isObject(preview)) return refuse('cannot_parse_attachment');
    previews.push({
      fallback: '[no preview available]',
      ...normalizedAttachment(preview, () => world.ids.secret(5)),
      from_url: url,
      original_url: url,
      app_unfurl_url: url,
      is_app_unfurl: true,
      app_id: app.id,
      ...(token.botId !== undefined && { bot_id: token.botId }),
    });
  }
  return previews;
}

function withPreviews(message: Message, previews: readonly Json[], unfurls: Json): readonly unknown[] {
  const old = (message.attachments ?? []).filter((one) => !isReplaced(one, unfurls));
  return [...old, ...previews].map((one, index) => (isObject(one) ? { ...one, id: index + 1 } : one));
}

/** Entities of links in the message. (https://docs.slack.dev/messaging/work-objects-implementation) */
function entitiesOf(
  { app }: TeamCall,
  { message }: MessagePlace,
  { entities = [] }: Json = {},
): readonly SharedEntity[] | Refusal {
  if (!Array.isArray(entities)) return refuse('invalid_metadata_format');
  const shared: SharedEntity[] = [];
  for (const [index, raw] of entities.entries()) {
    const read = readEntity(raw, `/metadata/entities/${index}`, { isUnfurled: true });
    if ('problems' in read) {
      return refuse('invalid_metadata_format', { response_metadata: { messages: read.problems } });
    }
    if (!saysLink(message, read.entity.app_unfurl_url ?? '')) return refuse('cannot_unfurl_url');
    shared.push({ appId: app.id, entity: read.entity });
  }
  return shared;
}

function withEntities({ unfurledEntities = [] }: Message, entities: readonly SharedEntity[]): readonly SharedEntity[] {
  const isNew = ({ appId, entity }: SharedEntity): boolean =>
    entities.some((one) => one.appId === appId && one.entity.app_unfurl_url === entity.app_unfurl_url);
  return [...unfurledEntities.filter((one) => !isNew(one)), ...entities];
}

function saysLink({ text: said }: Message, url: string): boolean {
  return unescapedText(said).includes(unescapedText(url));
}

function isReplaced(attachment: unknown, unfurls: Json): boolean {
  const url = isObject(attachment) ? attachment.app_unfurl_url : undefined;
  return typeof url === 'string' && Object.hasOwn(unfurls, url);
}
