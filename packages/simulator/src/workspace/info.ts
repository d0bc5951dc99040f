/** The workspace as `/_sim` and the pages show it: plain data in our own names; Slack's shapes are for Slack's API. */
import { authorName } from './author-name.ts';
import type { ConfigToken } from './config-tokens.ts';
import { typeOf } from './file-shape.ts';
import type { App, Channel, Installation, Message, Team } from './model.ts';
import { shownAttachments } from './work-objects.ts';

/** An app with its credentials: they are for the `.env` of a bot, and fake. */
export type AppInfo = App;

export interface UserInfo {
  id: string;
  name: string;
  realName: string;
  isBot: boolean;
}

export interface ChannelInfo {
  id: string;
  name: string;
  kind: Channel['kind'];
  members: string[];
}

export interface InstallationInfo {
  team: string;
  teamName: string;
  app: string;
  status: Installation['status'];
  installerId: string;
  scopes: readonly string[];
  botUserId: string;
  botId: string;
  /** A token of this simulator; worth nothing elsewhere. */
  botToken: string;
  botTokenId: string;
  /** Of who installed last. */
  userToken: string;
  /** By the id of the person. */
  userTokens: Record<string, string>;
}

/** What a developer manages apps with. */
export interface ConfigTokenInfo {
  team: string;
  user: string;
  token: string;
  refreshToken: string;
  expiresAtMs: number;
}

export interface TeamInfo {
  id: string;
  name: string;
  domain: string;
  /** The organization that it belongs to. */
  enterprise?: { id: string; name: string } | undefined;
  users: UserInfo[];
  channels: ChannelInfo[];
  installations: InstallationInfo[];
}

export interface MessageInfo {
  channel: string;
  ts: string;
  threadTs?: string | undefined;
  /** The author's id: a user, or a bot. */
  author: string;
  /** The author's name. */
  name: string;
  isBot: boolean;
  text: string;
  subtype?: string | undefined;
  blocks?: readonly unknown[] | undefined;
  attachments?: readonly unknown[] | undefined;
  files?: readonly { id: string; name: string; mimetype: string }[] | undefined;
  /** Emoji without colons, with the ids of who put them there. */
  reactions?: readonly { name: string; users: readonly string[] }[] | undefined;
}

export function teamInfo(team: Team): TeamInfo {
  return {
    id: team.id,
    name: team.name,
    domain: team.domain,
    enterprise: team.enterprise && { id: team.enterprise.id, name: team.enterprise.name },
    users: [...team.users.values()].map(({ id, name, realName, botId }) => ({
      id,
      name,
      realName,
      isBot: botId !== undefined,
    })),
    channels: [...team.channels.values()].map(channelInfo),
    installations: [...team.installations.values()].map((installation) => installationInfo(team, installation)),
  };
}

export function channelInfo({ id, name, kind, members }: Channel): ChannelInfo {
  return { id, name, kind, members: [...members] };
}

export function installationInfo(team: Team, installation: Installation): InstallationInfo {
  const { botToken, userTokens, installerId } = installation;
  return {
    team: team.id,
    teamName: team.name,
    app: installation.appId,
    status: installation.status,
    installerId,
    scopes: installation.scopes,
    botUserId: installation.botUserId,
    botId: installation.botId,
    botToken: botToken?.value ?? '',
    botTokenId: botToken?.id ?? '',
    userToken: userTokens.get(installerId)?.value ?? '',
    userTokens: Object.fromEntries(Array.from(userTokens, ([userId, { value }]) => [userId, value])),
  };
}

export function configTokenInfo({ team, userId, value, refreshToken, expiresAtMs }: ConfigToken): ConfigTokenInfo {
  return { team: team.id, user: userId, token: value, refreshToken, expiresAtMs };
}

export function messageInfo(team: Team, channel: Channel, message: Message): MessageInfo {
  const { userId, botId } = message;
  return {
    channel: channel.id,
    ts: message.ts,
    threadTs: message.threadTs,
    author: userId ?? botId ?? '',
    name: authorName(team, message),
    isBot: botId !== undefined,
    text: message.text,
    subtype: message.subtype,
    blocks: message.blocks,
    attachments: shownAttachments(team, message),
    files: message.files?.map((file) => ({
      id: file.id,
      name: file.name,
      mimetype: typeOf(file).mimeType,
    })),
    reactions: message.reactions?.map((one) => ({ name: one.name, users: one.userIds })),
  };
}
