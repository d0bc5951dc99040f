/** Scopes that depend on the kind of a conversation: reading a private channel needs another one than a public one. */
import type { Channel, ChannelKind } from '../workspace/model.ts';
import { type Refusal, refuse } from './answer.ts';
import type { TeamCall } from './method.ts';

const prefixOf: Readonly<Record<ChannelKind, string>> = {
  channel: 'channels',
  group: 'groups',
  im: 'im',
  mpim: 'mpim',
};

/** All of a family, for the method's declaration: `channels:history`, `groups:history`, … */
export function kindScopes(right: string): string[] {
  return Object.values(prefixOf).map((prefix) => `${prefix}:${right}`);
}

/** `missing_scope` when a granular token has not the one for this conversation. */
export function scopeRefusal({ app, token }: TeamCall, channel: Channel, right: string): Refusal | undefined {
  const needed = `${prefixOf[channel.kind]}:${right}`;
  if (app.kind === 'classic' || token.scopes.includes(needed)) return undefined;
  return refuse('missing_scope', { needed, provided: token.scopes.join(',') });
}
