import type { FilesCompleteUploadExternalResponse } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acmeRoles, type Roles, scopedClient } from '../../../test/support/roles.ts';
import { call, connect } from '../../../test/support/slack.ts';
import { refusal } from '../../../test/support/web-client.ts';

let acme: Roles;
beforeAll(async () => {
  acme = await acmeRoles();
});
afterAll(() => acme.slack.stop());

/** The client types the answer of uploadV2 as any answer; what it returns are the answers of completeUploadExternal. */
function uploadAnswer(answer: unknown): { files: FilesCompleteUploadExternalResponse[] } {
  return answer as { files: FilesCompleteUploadExternalResponse[] };
}

/** Uploads as the official client does, and gives the first file as it came back. */
async function uploaded(text: string, more: Record<string, string> = {}) {
  const file = { filename: 'notes.txt', file: Buffer.from(text) };
  const { files } = uploadAnswer(
    await acme.bot.files.uploadV2({ ...file, ...more } as Parameters<typeof acme.bot.files.uploadV2>[0]),
  );
  return files[0]?.files?.[0] ?? {};
}
const infoOf = async (file = '') => (await acme.bot.files.info({ file })).file;
const newestOf = async (channel: string) => (await acme.bot.conversations.history({ channel, limit: 1 })).messages?.[0];
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('files.uploadV2 of the official client', () => {
  it('puts a file into a channel with a comment, and everybody there sees it', async () => {
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    const file = await uploaded('line 1\nline 2', {
      channel_id: acme.general,
      initial_comment: 'look',
      title: 'My notes',
    });
    expect(file).toMatchObject({ name: 'notes.txt', title: 'My notes', size: 13, mimetype: 'text/plain', lines: 2 });
    expect(file).toMatchObject({ channels: [acme.general], is_public: true, user: acme.slack.acme.botUserId });
    const message = await newestOf(acme.general);
    expect(message).toMatchObject({ subtype: 'file_share', text: 'look', files: [{ id: file.id, title: 'My notes' }] });
    expect(file.shares?.public?.[acme.general]).toMatchObject([{ ts: message?.ts, channel_name: 'general' }]);
    expect((await acme.ann.files.info({ file: file.id ?? '' })).file).toMatchObject({ id: file.id });
    await socket.frame(({ subtype }) => subtype === 'file_share');
    expect(await socket.frame(({ type }) => type === 'file_created')).toMatchObject({ file_id: file.id });
    expect(await socket.frame(({ type }) => type === 'file_public')).toMatchObject({ file_id: file.id });
    const shared = await socket.frame(({ type }) => type === 'file_shared');
    expect(shared).toMatchObject({ file_id: file.id, channel_id: acme.general });
  });

  it('puts several files into one message of a thread', async () => {
    const root = await acme.slack.control.say({ team: 'Acme', channel: 'general', text: 'files, please' });
    const { files } = uploadAnswer(
      await acme.bot.files.uploadV2({
        channel_id: acme.general,
        thread_ts: root.ts,
        file_uploads: [
          { filename: 'a.json', content: '{}' },
          { filename: 'b.png', file: Buffer.from([137, 80, 78, 71]) },
        ],
      }),
    );
    expect(files[0]?.files).toMatchObject([{ filetype: 'json' }, { filetype: 'png', mimetype: 'image/png', size: 4 }]);
    const { messages } = await acme.bot.conversations.replies({ channel: acme.general, ts: root.ts });
    expect(messages?.[1]).toMatchObject({ thread_ts: root.ts, files: [{ name: 'a.json' }, { name: 'b.png' }] });
  });

  it('without a channel keeps the file to its owner', async () => {
    const { id = '' } = await uploaded('for me');
    expect(await infoOf(id)).toMatchObject({ is_public: false, channels: [] });
    expect(await refusal(acme.ann.files.info({ file: id }))).toBe('file_not_found');
  });

  it('into a private channel shows it to the members only', async () => {
    const { channel } = await acme.bot.conversations.create({ name: 'files-private', is_private: true });
    const { id = '' } = await uploaded('hush', { channel_id: channel?.id ?? '' });
    expect(await infoOf(id)).toMatchObject({ groups: [channel?.id], is_public: false });
    expect(await refusal(acme.ann.files.info({ file: id }))).toBe('file_not_found');
    await acme.bot.conversations.invite({ channel: channel?.id ?? '', users: acme.annId });
    expect((await acme.ann.files.info({ file: id })).file).toMatchObject({ id });
  });
});

describe('files.getUploadURLExternal and files.completeUploadExternal', () => {
  const announced = async (length: number) => {
    const { upload_url: url = '', file_id: id = '' } = await acme.bot.files.getUploadURLExternal({
      filename: 'raw.bin',
      length,
    });
    return { url, id };
  };

  it('take the content as a body, as a form, and by PUT', async () => {
    const form = new FormData();
    form.set('file', new Blob(['form']), 'raw.bin');
    const ways: RequestInit[] = [
      { method: 'POST', body: 'body' },
      { method: 'POST', body: form },
      { method: 'PUT', body: 'puts' },
    ];
    for (const init of ways) {
      const { url, id } = await announced(4);
      const sent = await fetch(url, init);
      expect([sent.status, await sent.text()]).toEqual([200, 'OK - 4']);
      await acme.bot.files.completeUploadExternal({ files: [{ id, title: 'Raw' }] });
      expect(await infoOf(id)).toMatchObject({ size: 4, title: 'Raw', mimetype: 'application/octet-stream' });
    }
  });

  it('refuse content of another length, unknown tickets, and files that did not come', async () => {
    const { url, id } = await announced(4);
    expect((await fetch(url, { method: 'POST', body: 'too long' })).status).toBe(400);
    expect((await fetch(url)).status).toBe(405);
    expect((await fetch(`${url}0`, { method: 'POST', body: 'body' })).status).toBe(404);
    const complete = acme.bot.files.completeUploadExternal({ files: [{ id, title: 'x' }] });
    expect(await refusal(complete)).toBe('file_not_found');
  });

  it('complete a file once, for who announced it', async () => {
    const { url, id } = await announced(2);
    await fetch(url, { method: 'POST', body: 'ok' });
    expect(await refusal(acme.ann.files.completeUploadExternal({ files: [{ id }] } as never))).toBe('file_not_found');
    await acme.bot.files.completeUploadExternal({ files: [{ id, title: 'x' }] });
    const again = acme.bot.files.completeUploadExternal({ files: [{ id, title: 'x' }] });
    expect(await refusal(again)).toBe('file_not_found');
  });

  it('share only where the caller is and may write', async () => {
    const complete = async (channelId: string) => {
      const { url, id } = await announced(2);
      await fetch(url, { method: 'POST', body: 'ok' });
      return refusal(acme.bot.files.completeUploadExternal({ files: [{ id, title: 'x' }], channel_id: channelId }));
    };
    expect(await complete('C0NOWHERE')).toBe('channel_not_found');
    expect(await complete(acme.random)).toBe('not_in_channel');
    const { channel } = await acme.bot.conversations.create({ name: 'files-archived' });
    await acme.bot.conversations.archive({ channel: channel?.id ?? '' });
    expect(await complete(channel?.id ?? '')).toBe('posting_to_channel_denied');
  });

  it.each([
    ['invalid_arguments', { filename: 'a' }],
    ['missing_argument', { filename: '', length: 1 }],
    ['file_upload_size_restricted', { filename: 'a', length: 33 * 1024 * 1024 }],
    ['alt_txt_too_large', { filename: 'a', length: 1, alt_txt: 'x'.repeat(1001) }],
    ['unknown_snippet_type', { filename: 'a', length: 1, snippet_type: 'klingon' }],
    ['snippet_too_large', { filename: 'a', length: 1024 * 1024 + 1, snippet_type: 'python' }],
  ])('are refused with %s', async (error, args) => {
    expect(await refusal(acme.bot.apiCall('files.getUploadURLExternal', args))).toBe(error);
  });

  it('keep the alternative text and the type of a snippet', async () => {
    const { files } = uploadAnswer(
      await acme.bot.files.uploadV2({
        filename: 'script',
        content: 'print(1)',
        snippet_type: 'python',
        alt_text: 'a script',
      }),
    );
    const file = await infoOf(files[0]?.files?.[0]?.id);
    expect(file).toMatchObject({ filetype: 'python', mode: 'snippet', alt_txt: 'a script', preview: 'print(1)' });
  });
});

describe('the links of a file', () => {
  it('give its content to who may see it, and a redirect to who did not say who they are', async () => {
    const { url_private: url = '', url_private_download: download = '' } = await uploaded('content', {
      channel_id: acme.general,
    });
    const response = await fetch(url, bearer(acme.slack.acme.botToken));
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/plain', 'content']);
    const saved = await fetch(download, bearer(acme.slack.acme.userToken));
    expect(saved.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''notes.txt");
    expect(await saved.text()).toBe('content');
    const anonymous = await fetch(url, { redirect: 'manual' });
    expect([anonymous.status, anonymous.headers.get('location')]).toEqual([302, expect.stringMatching(/^\/\?redir=/)]);
  });

  it('hide a private file, and need files:read of granular apps', async () => {
    const { url_private: url = '' } = await uploaded('mine');
    expect((await fetch(url, bearer(acme.slack.acme.userToken))).status).toBe(404);
    const { url_private: shared = '' } = await uploaded('ours', { channel_id: acme.general });
    const scoped = await scopedClient(acme.slack, ['files:write']);
    expect((await fetch(shared, { ...bearer(scoped.token ?? ''), redirect: 'manual' })).status).toBe(302);
  });

  it('open to anybody with files.sharedPublicURL until it is revoked', async () => {
    const { id = '', permalink_public: url = '' } = await uploaded('for all', { channel_id: acme.general });
    expect((await fetch(url)).status).toBe(404);
    expect((await acme.ann.files.sharedPublicURL({ file: id })).file).toMatchObject({ public_url_shared: true });
    expect(await (await fetch(url)).text()).toBe('for all');
    await acme.ann.files.revokePublicURL({ file: id });
    expect((await fetch(url)).status).toBe(404);
    expect(await infoOf(id)).toMatchObject({ public_url_shared: false });
  });
});

describe('files.list and files.delete', () => {
  it('list what the caller may see, newest first, by channel, person, type and page', async () => {
    const { channel } = await acme.bot.conversations.create({ name: 'files-listed' });
    const id = channel?.id ?? '';
    await uploaded('one', { channel_id: id });
    await uploaded('two', { channel_id: id, filename: 'two.png' });
    const names = async (args: object) => {
      const { files } = await acme.bot.files.list({ channel: id, ...args });
      return files?.map(({ name }) => name);
    };
    expect(await names({})).toEqual(['two.png', 'notes.txt']);
    expect(await names({ types: 'images' })).toEqual(['two.png']);
    expect(await names({ user: acme.annId })).toEqual([]);
    expect(await names({ count: 1, page: 2 })).toEqual(['notes.txt']);
    expect(await names({ ts_to: '1' })).toEqual([]);
    const { paging } = await acme.bot.files.list({ channel: id, count: 1 });
    expect(paging).toEqual({ count: 1, total: 2, page: 1, pages: 2 });
    expect(await refusal(acme.bot.files.list({ types: 'odours' }))).toBe('unknown_type');
    expect(await refusal(acme.bot.files.list({ user: 'U0NOBODY01' }))).toBe('user_not_found');
  });

  it('leave a tombstone in the message, and the file is gone', async () => {
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    const { id = '', url_private: url = '' } = await uploaded('short-lived', { channel_id: acme.general });
    await acme.bot.files.delete({ file: id });
    expect(await newestOf(acme.general)).toMatchObject({ files: [{ id, mode: 'tombstone' }] });
    expect(await refusal(acme.bot.files.info({ file: id }))).toBe('file_deleted');
    expect(await refusal(acme.bot.files.delete({ file: id }))).toBe('file_deleted');
    expect((await fetch(url, bearer(acme.slack.acme.botToken))).status).toBe(404);
    const frame = await socket.frame(({ type }) => type === 'file_deleted');
    expect(frame).toMatchObject({ file_id: id, channel_ids: [acme.general] });
  });

  it('delete for the owner and for administrators', async () => {
    const { id = '' } = await uploaded('the bot’s', { channel_id: acme.general });
    expect(await refusal(acme.bob.files.delete({ file: id }))).toBe('cant_delete_file');
    await acme.ann.files.delete({ file: id });
    expect(await refusal(acme.bot.files.delete({ file: 'F0NOWHERE' }))).toBe('file_not_found');
  });
});

describe('pictures', () => {
  const png = Buffer.alloc(33);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(png);
  png.writeUInt32BE(600, 16);
  png.writeUInt32BE(300, 20);
  const gif = Buffer.from('474946383961020003000000', 'hex');
  const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108000a001403012200', 'hex');

  // Keys: slackapi/java-slack-sdk, json-logs/samples/api/files.info.json
  it('have their size and thumbnails up to it, which give the picture to who may see it', async () => {
    const file = { filename: 'a b.png', file: png, channel_id: acme.general };
    const { files } = uploadAnswer(await acme.bot.files.uploadV2(file));
    const shown = files[0]?.files?.[0] ?? {};
    expect(shown).toMatchObject({ original_w: 600, original_h: 300, thumb_360_w: 360, thumb_360_h: 180 });
    expect(shown).toMatchObject({ thumb_480_w: 480, thumb_480_h: 240, mimetype: 'image/png' });
    expect(shown).not.toHaveProperty('thumb_720');
    for (const url of [shown.thumb_64, shown.thumb_80, shown.thumb_160, shown.thumb_360]) {
      const response = await fetch(url ?? '', bearer(acme.slack.acme.botToken));
      expect([response.status, Buffer.from(await response.arrayBuffer())]).toEqual([200, png]);
      expect((await fetch(url ?? '', { redirect: 'manual' })).status).toBe(302);
    }
  });

  it.each([
    ['a.gif', gif, { original_w: 2, original_h: 3, thumb_360_w: 2 }],
    ['a.jpg', jpeg, { original_w: 20, original_h: 10, thumb_360_h: 10 }],
  ])('%s, too', async (filename, content, sizes) => {
    const { files } = uploadAnswer(await acme.bot.files.uploadV2({ filename, file: content }));
    expect(files[0]?.files?.[0]).toMatchObject(sizes);
  });

  it.each([
    ['half.png', png.subarray(0, 20)],
    ['half.jpg', jpeg.subarray(0, 22)],
    ['text.png', Buffer.from('no picture')],
    ['endless.jpg', Buffer.from('ffd8ffe00000ffe00000ffe00000', 'hex')],
  ])('but not what is none: %s', async (filename, content) => {
    const { files } = uploadAnswer(await acme.bot.files.uploadV2({ filename, file: content }));
    expect(files[0]?.files?.[0]).not.toHaveProperty('thumb_64');
  });
});

it('the keys of a file are those of Slack', async () => {
  const { id = '' } = await uploaded('keys', { channel_id: acme.general });
  const keys =
    `id created timestamp name title mimetype filetype pretty_type user user_team editable size mode is_external
    external_type is_public public_url_shared display_as_bot username url_private url_private_download permalink
    permalink_public edit_link preview preview_highlight lines lines_more preview_is_truncated comments_count is_starred
    shares channels groups ims has_more_shares has_rich_preview file_access media_display_type`.split(/\s+/);
  const answer = await call(acme.slack, 'files.info', acme.slack.acme.botToken, { file: id });
  expect(Object.keys(answer.file as object)).toEqual(expect.arrayContaining(keys));
  expect(answer).toMatchObject({ content: 'keys', comments: [], response_metadata: { next_cursor: '' } });
});
