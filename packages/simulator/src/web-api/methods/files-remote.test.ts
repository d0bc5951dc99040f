import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SubscribedRoles, scopedClient, subscribedRoles } from '../../../test/support/roles.ts';
import { refusal } from '../../../test/support/web-client.ts';

const scopes = ['remote_files:write', 'remote_files:read', 'remote_files:share', 'files:read', 'channels:history'];
const heard = ['file_created', 'file_change', 'file_shared', 'file_deleted'];
const URL_ONE = 'https://docs.example/one';

let acme: SubscribedRoles;
beforeAll(async () => {
  acme = await subscribedRoles({ scopes, events: heard });
});
afterAll(() => acme.stop());

const aFile = (external_id: string) => acme.bot.files.remote.add({ external_id, external_url: URL_ONE, title: 'One' });

describe('a remote file', () => {
  it('is added, shared, changed and removed, and apps hear of it', async () => {
    const { file } = await aFile('doc-1');
    const id = file?.id ?? '';
    const told = (type: string) => acme.app.event((event) => event.type === type && event.file_id === id);
    await told('file_created');
    expect(file).toMatchObject({
      title: 'One',
      name: 'One',
      mode: 'external',
      is_external: true,
      external_type: 'app',
      external_id: 'doc-1',
      external_url: URL_ONE,
      url_private: URL_ONE,
      editable: false,
      size: 0,
      has_rich_preview: false,
      channels: [],
    });
    await acme.bot.files.remote.share({ external_id: 'doc-1', channels: `${acme.general}` });
    expect(await told('file_shared')).toMatchObject({ channel_id: acme.general });
    const { messages } = await acme.bot.conversations.history({ channel: acme.general, limit: 1 });
    expect(messages?.[0]).toMatchObject({ subtype: 'file_share', files: [{ id, external_id: 'doc-1' }] });

    // An upsert. (https://docs.slack.dev/reference/methods/files.remote.add)
    const png = Buffer.alloc(24);
    png.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
    png.writeUInt32BE(800, 16);
    png.writeUInt32BE(400, 20);
    const again = await acme.bot.files.remote.add({
      external_id: 'doc-1',
      external_url: URL_ONE,
      title: 'One again',
      preview_image: png,
      filetype: 'gdoc',
    });
    expect(again.file).toMatchObject({ id, title: 'One again', has_rich_preview: true, filetype: 'gdoc' });
    await told('file_change');
    await acme.bot.files.remote.update({ file: id, title: 'Two', external_url: 'https://docs.example/two' });
    const changed = { id, title: 'Two', url_private: 'https://docs.example/two', channels: [acme.general] };
    expect((await acme.bot.files.remote.info({ external_id: 'doc-1' })).file).toMatchObject(changed);
    expect((await acme.bot.files.info({ file: id })).file).toMatchObject(changed);

    await acme.bot.files.remote.remove({ external_id: 'doc-1' });
    await told('file_deleted');
    expect(await refusal(acme.bot.files.remote.info({ file: id }))).toBe('file_not_found');
    expect((await aFile('doc-1')).file?.id).not.toBe(id);
  });

  it('is listed by page and by channel, and of its own app only', async () => {
    for (const name of ['a', 'b', 'c']) await aFile(`list-${name}`);
    await acme.bot.files.remote.share({ external_id: 'list-b', channels: acme.general });
    const idsOf = (files: { external_id?: string }[] = []) =>
      files.map((file) => file.external_id ?? '').filter((id) => id.startsWith('list'));
    const seen: string[] = [];
    for await (const page of acme.bot.paginate('files.remote.list', { limit: 2 })) {
      seen.push(...idsOf((page as { files?: { external_id?: string }[] }).files));
    }
    expect(seen).toEqual(['list-c', 'list-b', 'list-a']);
    const shared = await acme.bot.files.remote.list({ channel: acme.general } as never);
    expect(idsOf(shared.files)).toEqual(['list-b']);
    const other = await scopedClient(acme.slack, scopes);
    expect((await other.files.remote.list({} as never)).files).toEqual([]);
    expect(await refusal(other.files.remote.info({ external_id: 'list-a' }))).toBe('file_not_found');
  });

  it.each([
    ['too_many_ids', 'info', { file: 'F1', external_id: 'x' }],
    ['invalid_args', 'info', {}],
    ['file_not_found', 'remove', { external_id: 'nothing' }],
    ['invalid_args', 'share', { channels: 'C0NOWHERE0' }],
    ['channel_not_found', 'share', { external_id: 'refused', channels: 'C0NOWHERE0' }],
    ['invalid_external_id', 'add', { external_id: 'x'.repeat(256), external_url: URL_ONE, title: 'x' }],
    ['bad_title', 'add', { external_id: 'x', external_url: URL_ONE, title: 'x'.repeat(256) }],
    ['invalid_arguments', 'add', { external_id: 'x', external_url: 'ftp://x', title: 'x' }],
    ['bad_image', 'add', { external_id: 'x', external_url: URL_ONE, title: 'x', preview_image: Buffer.from('no') }],
    ['file_not_found', 'update', { title: 'x' }],
    ['invalid_url', 'update', { external_id: 'refused', external_url: 'javascript:x' }],
    ['invalid_title', 'update', { external_id: 'refused', title: 'x'.repeat(256) }],
  ])('is refused with %s: files.remote.%s %j', async (error, method, args) => {
    await aFile('refused');
    expect(await refusal(acme.bot.apiCall(`files.remote.${method}`, args))).toBe(error);
  });

  it('is added by bots, and shared where they are', async () => {
    const byAnn = acme.ann.files.remote.add({ external_id: 'ann', external_url: URL_ONE, title: 'x' });
    expect(await refusal(byAnn)).toBe('bot_user_required');
    await aFile('elsewhere');
    const share = acme.bot.files.remote.share({ external_id: 'elsewhere', channels: acme.random });
    expect(await refusal(share)).toBe('not_in_channel');
    const reader = await scopedClient(acme.slack, ['remote_files:read']);
    const added = reader.files.remote.add({ external_id: 'x', external_url: URL_ONE, title: 'x' });
    expect(await refusal(added)).toBe('missing_scope');
  });
});
