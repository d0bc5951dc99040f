/** The scopes of conversations.*: each kind of conversation has its own, and a granular token needs the one that fits. */

import type { Refusal } from '../wire/answer.ts';
import type { ChannelKind } from '../workspace/model.ts';
import type { TeamCall } from './method.ts';
import { missingScope } from './missing-scope.ts';

/** What is done to a conversation. */
export type ConversationAct = 'read' | 'history' | 'manage' | 'join' | 'invite' | 'topic';

/** Any one of a list is enough; the first is what `missing_scope` asks for. */
type ScopesOfKind = Readonly<Record<ChannelKind, readonly string[]>>;

const manage: ScopesOfKind = {
  channel: ['channels:manage', 'channels:write'],
  group: ['groups:write'],
  im: ['im:write'],
  mpim: ['mpim:write'],
};

/** (https://docs.slack.dev/reference/methods, "Required scopes" of each method) */
const scopes: Readonly<Record<ConversationAct, ScopesOfKind>> = {
  read: { channel: ['channels:read'], group: ['groups:read'], im: ['im:read'], mpim: ['mpim:read'] },
  history: {
    channel: ['channels:history'],
    group: ['groups:history'],
    im: ['im:history'],
    mpim: ['mpim:history'],
  },
  manage,
  join: { ...manage, channel: ['channels:join', 'channels:write'] },
  invite: withSuffix('.invites'),
  topic: withSuffix('.topic'),
};

/** Every scope with which a method of that act may be called at all. */
export function scopesFor(act: ConversationAct): string[] {
  return Object.values(scopes[act]).flat();
}

/** Why this token may not do that to this kind of conversation, or nothing. Classic tokens have the umbrella scope. */
export function scopeRefusal({ app, token }: TeamCall, act: ConversationAct, kind: ChannelKind): Refusal | undefined {
  return app.kind === 'classic' ? undefined : missingScope(token, scopes[act][kind]);
}

/** Since 2023 some acts have a narrower scope beside the broad one: `channels:write.invites` and its like. */
function withSuffix(suffix: string): ScopesOfKind {
  return {
    channel: [...manage.channel, `channels:write${suffix}`],
    group: [...manage.group, `groups:write${suffix}`],
    im: [...manage.im, `im:write${suffix}`],
    mpim: [...manage.mpim, `mpim:write${suffix}`],
  };
}
