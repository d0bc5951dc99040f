/**
 * What Slack makes of text that is posted with `link_names` or `parse=full`: names become references.
 * (https://docs.slack.dev/messaging/formatting-message-text#automatic-parsing)
 */
import { findChannel } from '../workspace/channels.ts';
import type { Team } from '../workspace/model.ts';
import { findUser } from '../workspace/people.ts';

/** Which of it was asked for. */
export interface TextOptions {
  readonly link_names?: boolean | undefined;
  readonly parse?: string | undefined;
}

const GROUP_MENTIONS: ReadonlySet<string> = new Set(['here', 'channel', 'everyone']);

/** The text with names of people and channels made references, when that was asked for. */
export function formattedText(team: Team, text: string, options: TextOptions): string {
  if (options.link_names !== true && options.parse !== 'full') return text;
  return text.replaceAll(/(^|[\s(])([@#])([\w.-]*\w)/g, (whole, before: string, sign: string, name: string) => {
    const reference = sign === '@' ? personReference(team, name) : channelReference(team, name);
    return reference === undefined ? whole : before + reference;
  });
}

function personReference(team: Team, name: string): string | undefined {
  if (GROUP_MENTIONS.has(name)) return `<!${name}>`;
  const user = findUser(team, name);
  return user && `<@${user.id}>`;
}

function channelReference(team: Team, name: string): string | undefined {
  const channel = findChannel(team, `#${name}`);
  return channel?.kind === 'channel' ? `<#${channel.id}|${channel.name}>` : undefined;
}
