/** Slack's JSON for a file, in answers and in messages. */
import { canvasType, type FileType, fileTypeOf, remoteType } from './file-types.ts';
import { type Json, seconds, teamUrl } from './json.ts';
import type { Canvas, Channel, RemoteFile, SlackFile, Team } from './model.ts';
import { thumbnailsOf } from './thumbnails.ts';

/** How much of a text file Slack shows of it: 5 lines, and not more than so many characters. */
const PREVIEW_LINES = 5;
const PREVIEW_CHARACTERS = 1000;

/** A file with every key that Slack sends; what was deleted is a tombstone. */
export function fileShape(team: Team, file: SlackFile): Json {
  if (file.isDeleted) return { id: file.id, mode: 'tombstone' };
  const type = typeOf(file);
  const createdAt = seconds(file.createdAtMs);
  return {
    id: file.id,
    created: createdAt,
    timestamp: createdAt,
    name: file.name,
    title: file.title,
    mimetype: type.mimeType,
    filetype: type.fileType,
    pretty_type: type.prettyType,
    user: file.userId,
    user_team: team.id,
    editable: isText(file),
    size: file.content.length,
    mode: isText(file) ? 'snippet' : 'hosted',
    is_external: false,
    external_type: '',
    is_public: sharesOf(team, file, (channel) => channel.kind === 'channel').length > 0,
    public_url_shared: file.isPublicUrlShared,
    display_as_bot: false,
    username: '',
    ...linksOf(team, file),
    comments_count: 0,
    is_starred: false,
    ...placesOf(team, file),
    has_more_shares: false,
    has_rich_preview: false,
    file_access: 'visible',
    media_display_type: 'unknown',
    is_modified_by_ai: false,
    ...(file.altText !== '' && { alt_txt: file.altText }),
    ...(isText(file) && previewOf(file)),
    ...(type.mimeType.startsWith('image/') && thumbnailsOf(team, file)),
    ...(file.canvas && canvasParts(team, file, file.canvas)),
    ...(file.remote && remoteParts(team, file, file.remote)),
  };
}

/** What kind of file it is: by its name, but for what is none of those that people have on their machines. */
export function typeOf(file: SlackFile): FileType {
  const { canvas, remote } = file;
  if (remote) return { ...remoteType, fileType: remote.fileType ?? remoteType.fileType };
  return canvas ? canvasType : fileTypeOf(file.name, file.snippetType);
}

/** What is different with a file of another service. (@slack/web-api, FilesRemoteAddResponse) */
function remoteParts(team: Team, file: SlackFile, remote: RemoteFile): Json {
  return {
    name: file.title,
    editable: false,
    mode: 'external',
    is_external: true,
    external_type: 'app',
    external_id: remote.externalId,
    external_url: remote.url,
    app_id: remote.appId,
    has_rich_preview: remote.hasPreview,
    url_private: remote.url,
    permalink: `${teamUrl(team)}files/${file.userId}/${file.id}/${encodeURIComponent(file.title)}`,
  };
}

/** What is different with a canvas. (Keys of answers recorded in October 2026: curie, test_channel_canvas; @slack/web-api, FilesInfoResponse) */
function canvasParts(team: Team, file: SlackFile, canvas: Canvas): Json {
  const stored = `${file.origin}/files-pri/${team.id}-${file.id}`;
  return {
    name: file.title === '' ? '-' : file.title.replaceAll(/\s+/g, '_'),
    title: file.title === '' ? 'Untitled' : file.title,
    editable: true,
    mode: 'quip',
    url_private: `${stored}/canvas`,
    url_private_download: `${stored}/download/canvas`,
    permalink: `${teamUrl(team)}docs/${team.id}/${file.id}`,
    canvas_creator_id: file.userId,
    editors: [canvas.lastEditorId],
    last_editor: canvas.lastEditorId,
    updated: seconds(canvas.editedAtMs),
    is_channel_space: canvas.isOfChannel,
    dm_mpdm_users_with_file_access: [...canvas.access].flatMap(([id, access]) =>
      team.users.has(id) && id !== file.userId ? [{ user_id: id, access }] : [],
    ),
  };
}

/** Whether Slack treats it as a snippet, which people may edit. */
export function isText(file: SlackFile): boolean {
  return typeOf(file).mimeType.startsWith('text/');
}

/** The beginning of a text. */
export function previewOf(file: SlackFile): Json {
  const text = new TextDecoder().decode(file.content.subarray(0, PREVIEW_CHARACTERS));
  const lines = text.split(/\r\n|\r|\n/);
  const shown = lines.slice(0, PREVIEW_LINES).join('\n');
  return {
    preview: shown,
    preview_highlight: `<div class="CodeMirror"><pre>${escapeHtml(shown)}</pre></div>`,
    lines: lines.length,
    lines_more: Math.max(0, lines.length - PREVIEW_LINES),
    preview_is_truncated: lines.length > PREVIEW_LINES || file.content.length > PREVIEW_CHARACTERS,
  };
}

function linksOf(team: Team, file: SlackFile): Json {
  const name = encodeURIComponent(file.name);
  const page = `${teamUrl(team)}files/${file.userId}/${file.id}/${name}`;
  const stored = `${file.origin}/files-pri/${team.id}-${file.id}`;
  return {
    url_private: `${stored}/${name}`,
    url_private_download: `${stored}/download/${name}`,
    permalink: page,
    permalink_public: `${file.origin}/files-pub/${team.id}-${file.id}-${file.publicSecret}`,
    ...(isText(file) && { edit_link: `${page}/edit` }),
  };
}

function placesOf(team: Team, file: SlackFile): Json {
  const ids = (kinds: readonly Channel['kind'][]) =>
    sharesOf(team, file, ({ kind }) => kinds.includes(kind)).map(({ id }) => id);
  const shares = (isPublic: boolean) =>
    Object.fromEntries(
      sharesOf(team, file, ({ kind }) => (kind === 'channel') === isPublic).map((channel) => [
        channel.id,
        (file.shares.get(channel.id) ?? []).map((ts) => shareShape(team, file, channel, ts)),
      ]),
    );
  const [open, closed] = [shares(true), shares(false)];
  return {
    shares: {
      ...(Object.keys(open).length > 0 && { public: open }),
      ...(Object.keys(closed).length > 0 && { private: closed }),
    },
    channels: ids(['channel']),
    groups: ids(['group', 'mpim']),
    ims: ids(['im']),
  };
}

function shareShape(team: Team, file: SlackFile, channel: Channel, ts: string): Json {
  return {
    reply_users: [],
    reply_users_count: 0,
    reply_count: 0,
    ts,
    channel_name: channel.name,
    team_id: team.id,
    share_user_id: file.userId,
    source: 'UNKNOWN',
    is_silent_share: false,
    ...(file.canvas && { access: file.canvas.access.get(channel.id), is_silent_share: true }),
    ...(channel.canvases.includes(file) && { source: 'CHANNEL_TAB' }),
  };
}

function sharesOf(team: Team, file: SlackFile, fits: (channel: Channel) => boolean): Channel[] {
  return [...file.shares.keys()].flatMap((id) => {
    const channel = team.channels.get(id);
    return channel && fits(channel) ? [channel] : [];
  });
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
