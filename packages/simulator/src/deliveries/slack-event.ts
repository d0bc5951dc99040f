/** What one of Slack's inner events is to the rest of this folder: its body, what it takes to get it, who gets it. */
import type { App, Channel } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';

/** Who gets an event: everybody of the team, the members of a conversation, some of them, or one app. */
export type Audience =
  | { readonly kind: 'team' }
  | {
      readonly kind: 'members';
      readonly channel: Channel;
      /** One who was a member until now, or does not count as one yet. */
      readonly alsoUserId?: string | undefined;
    }
  | { readonly kind: 'users'; readonly userIds: readonly string[] }
  /** The same, and the apps that these people gave a token with the scope. */
  | { readonly kind: 'people'; readonly userIds: readonly string[] }
  | { readonly kind: 'app'; readonly app: App };

/** The `event` of an envelope; on RTM the frame itself. */
export type EventBody = Json & { readonly type: string };

/** One inner event and who may get it. */
export interface SlackEvent {
  readonly body: EventBody;
  /** What an app subscribes to; `message.channels` for a body of type `message`. */
  readonly subscription: string;
  /** One of these is needed by granular apps; empty: none. */
  readonly scopes: readonly string[];
  readonly audience: Audience;
  /** True for what an app gets without a subscription. @defaultValue false */
  readonly isUnasked?: boolean;
  /** False for what sockets of RTM never carry. @defaultValue true */
  readonly isOnRtm?: boolean;
}

/** An event that everybody of the team may get. */
export function toTeam(body: EventBody, ...scopes: string[]): SlackEvent {
  return { body, subscription: body.type, scopes, audience: { kind: 'team' } };
}

/** An event for the members of a conversation. */
export function toMembers(
  body: EventBody,
  channel: Channel,
  scopes: readonly string[],
  alsoUserId?: string,
): SlackEvent {
  return { body, subscription: body.type, scopes, audience: { kind: 'members', channel, alsoUserId } };
}

/** An event for one app, whoever is where. */
export function toApp(body: EventBody, app: App, ...scopes: string[]): SlackEvent {
  return { body, subscription: body.type, scopes, audience: { kind: 'app', app }, isOnRtm: false };
}

/** The scope that reads this kind of conversation. */
export function readScope({ kind }: Channel): string {
  return ({ channel: 'channels:read', group: 'groups:read', im: 'im:read', mpim: 'mpim:read' } as const)[kind];
}
