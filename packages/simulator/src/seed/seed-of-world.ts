/** The state of a whole Slack as a seed: what apply-seed.ts makes again. Canvases, large files, and messages of apps that were taken out are left out. */
import { DEFAULT_EMOJI } from '../workspace/emoji.ts';
import { typeOf } from '../workspace/file-shape.ts';
import type {
  App,
  Channel,
  Installation,
  Message,
  OrgInstallation,
  SlackFile,
  Team,
  User,
} from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import { SEED_FILE_BYTES, type Seed } from './seed-schema.ts';

type TeamOf = NonNullable<Seed['teams']>[number];
type MessageOf = NonNullable<NonNullable<TeamOf['directMessages']>[number]['messages']>[number];
type FileOf = NonNullable<MessageOf['files']>[number];
type InstallOf = NonNullable<Seed['installs']>[number];

/** Ids, tokens and secrets are part of it, so that an app that runs already goes on with them. They are worth nothing elsewhere. */
export function seedOfWorld(world: World): Seed {
  const teams = [...world.teams.values()];
  const orgs = [...world.enterprises.values()].flatMap(({ installations }) => [...installations.values()]);
  return compact({
    enterprises: listed([...world.enterprises.values()].map(({ id, name }) => ({ id, name }))),
    apps: listed([...world.apps.values()].map(appSeed)),
    teams: teams.map(teamSeed),
    installs: listed([
      ...orgs.filter(({ status }) => status === 'active').map((org) => orgInstall(world, org)),
      ...teams.flatMap((team) => [...team.installations.values()].filter(isOwn).map((one) => install(team, one))),
    ]),
    webhooks: listed(
      [...world.webhooks.values()].map(({ app, team, channel, path }) => ({
        app: app.id,
        team: team.id,
        channel: channel.name,
        secret: path.split('/').at(-1),
      })),
    ),
  });
}

function isOwn({ status, org }: Installation): boolean {
  return status === 'active' && org === undefined;
}

function appSeed({ areEventsEnabled: _later, manifest: _said, ...app }: App): NonNullable<Seed['apps']>[number] {
  // All that a manifest says is said by the other fields.
  return compact({ ...app }) as NonNullable<Seed['apps']>[number];
}

function teamSeed(team: Team): TeamOf {
  const channels = [...team.channels.values()];
  const isNamed = ({ kind }: Channel) => kind === 'channel' || kind === 'group';
  const emoji = [...team.emoji].filter(
    ([name, value]) => !DEFAULT_EMOJI.some((one) => one[0] === name && one[1] === value),
  );
  return compact({
    id: team.id,
    name: team.name,
    domain: team.domain,
    enterprise: team.enterprise?.id,
    users: people(team).map(({ id, name, realName, email, isAdmin }) => ({ id, name, realName, email, isAdmin })),
    channels: channels.filter(isNamed).map((channel) => channelSeed(team, channel)),
    directMessages: listed(
      channels.filter((one) => !isNamed(one)).flatMap((channel) => directMessageSeed(team, channel) ?? []),
    ),
    emoji: emoji.length > 0 ? Object.fromEntries(emoji) : undefined,
  });
}

function people(team: Team): User[] {
  return [...team.users.values()].filter(({ botId, isDeleted }) => botId === undefined && !isDeleted);
}

function channelSeed(team: Team, channel: Channel) {
  return compact({
    id: channel.id,
    name: channel.name,
    isPrivate: channel.kind === 'group' || undefined,
    isReadOnly: channel.isReadOnly || undefined,
    topic: channel.topic.value || undefined,
    purpose: channel.purpose.value || undefined,
    members: people(team)
      .filter(({ id }) => channel.members.has(id))
      .map(({ id }) => id),
    messages: messagesOf(team, channel),
    isArchived: channel.isArchived || undefined,
  });
}

function directMessageSeed(team: Team, channel: Channel) {
  const members = [...channel.members].flatMap((id) => team.users.get(id) ?? []);
  const bots = members.filter(({ botId }) => botId !== undefined);
  const app = bots[0]?.appId;
  // A seed names one bot in a direct message.
  if (members.length === 0 || bots.length > 1 || !isThere(team, app)) return undefined;
  const users = members.map(({ id, botId }) => (botId === undefined ? id : 'bot'));
  return compact({ users, app, messages: messagesOf(team, channel) });
}

function isThere(team: Team, appId: string | undefined): boolean {
  return appId === undefined || team.installations.get(appId)?.status === 'active';
}

/** What Slack itself wrote comes of itself. */
const WRITTEN: ReadonlySet<string | undefined> = new Set([
  undefined,
  'bot_message',
  'me_message',
  'thread_broadcast',
  'file_share',
]);

function messagesOf(team: Team, channel: Channel): MessageOf[] | undefined {
  const written = channel.messages.filter((one) => WRITTEN.has(one.subtype) && isThere(team, one.appId));
  const seeds = written
    .filter(({ threadTs }) => threadTs === undefined)
    .flatMap((root) => {
      const seed = messageSeed(team, root);
      if (!seed) return [];
      const replies = written.filter(({ threadTs }) => threadTs === root.ts);
      return [
        compact({
          ...seed,
          isPinned: root.isPinned || undefined,
          replies: listed(replies.flatMap((reply) => messageSeed(team, reply) ?? [])),
        }),
      ];
    });
  return listed(seeds);
}

/** A message needs a text, blocks or files that are kept. */
function messageSeed(team: Team, message: Message): MessageOf | undefined {
  const { text, blocks, attachments, reactions, userId, appId, botId } = message;
  const files = listed((message.files ?? []).flatMap((file) => fileSeed(file) ?? []));
  if (text === '' && !blocks && !attachments && !files) return undefined;
  const author = botId === undefined ? team.users.get(userId ?? '')?.id : 'bot';
  if (author === undefined) return undefined;
  const hands = reactions?.flatMap(({ name, userIds }) => {
    const users = userIds.filter((id) => team.users.get(id)?.botId === undefined);
    return users.length > 0 ? [[name, users] as const] : [];
  });
  return compact({
    user: author,
    app: author === 'bot' ? appId : undefined,
    text: text || undefined,
    blocks: blocks as Record<string, unknown>[] | undefined,
    attachments: attachments as Record<string, unknown>[] | undefined,
    files,
    reactions: hands && hands.length > 0 ? Object.fromEntries(hands) : undefined,
  }) as MessageOf;
}

/** Texts stand there to be read. */
function fileSeed(file: SlackFile): FileOf | undefined {
  const { name, title, content, isDeleted, canvas, remote } = file;
  if (isDeleted || canvas || remote || content.length > SEED_FILE_BYTES) return undefined;
  const bytes = Buffer.from(content);
  const text = bytes.toString('utf8');
  // What is no text comes back as other bytes.
  const isText = typeOf(file).mimeType.startsWith('text/') && Buffer.from(text).equals(bytes);
  return compact({
    name,
    title: title === name ? undefined : title,
    ...(isText ? { text } : { base64: bytes.toString('base64') }),
  });
}

function install(team: Team, installation: Installation): InstallOf {
  const { appId, installerId, scopes, userTokens, botUserId, botId, botToken, owner } = installation;
  const userToken = userTokens.get(installerId);
  return compact({
    app: appId,
    team: team.id,
    user: team.users.has(installerId) ? installerId : undefined,
    scopes: [...scopes],
    userScopes: [...(userToken?.scopes ?? [])],
    channels: listed(roomsOf(team, botUserId)),
    botUserId,
    botId,
    // A token that rotates is another one soon.
    ...(!owner.app.isTokenRotationOn && { botToken: botToken?.value, userToken: userToken?.value }),
  });
}

function roomsOf(team: Team, botUserId: string): string[] {
  return [...team.channels.values()]
    .filter(({ kind, members }) => (kind === 'channel' || kind === 'group') && members.has(botUserId))
    .filter(({ isGeneral, isArchived }) => !isGeneral && !isArchived)
    .map(({ name }) => name);
}

function orgInstall(world: World, org: OrgInstallation): InstallOf {
  const teams = [...org.teamIds].filter((id) => world.teams.has(id));
  return compact({ app: org.appId, enterprise: org.enterpriseId, teams, scopes: [...org.scopes] });
}

function listed<Item>(items: readonly Item[]): Item[] | undefined {
  return items.length > 0 ? [...items] : undefined;
}

/** Without what is undefined. */
function compact<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value;
}
