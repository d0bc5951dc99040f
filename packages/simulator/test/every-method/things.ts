/** What is kept in channels beside messages: reactions, pins, bookmarks, files; groups of people, reminders, search. */
import { aPicture } from './content.ts';
import { type Journey, read } from './journey.ts';

export async function things(journey: Journey): Promise<void> {
  const { ask, ids, slack } = journey;
  const channel = ids.general ?? '';
  const { ts: timestamp } = await slack.control.say({ team: 'Acme', channel: 'general', text: 'findable' });
  const message = { channel, timestamp };
  await ask('reactions.add', { ...message, name: 'wave' }, { tells: ['reaction_added'] });
  await ask('reactions.add', { ...message, name: 'tada' });
  const thread = { channel, timestamp: journey.marks.get('thread') ?? '' };
  await ask('reactions.add', { ...thread, name: 'slack' });
  for (const item of [message, thread]) await ask('reactions.get', { ...item, full: 'true' });
  await ask('reactions.remove', { ...message, name: 'tada' }, { tells: ['reaction_removed'] });
  await ask('pins.add', message, { tells: ['pin_added'] });
  await ask('pins.add', thread);
  await ask('pins.list', { channel });
  await ask('pins.remove', message, { tells: ['pin_removed'] });
  await ask('pins.add', message);
  await ask('stars.add', message, { as: 'ann', tells: ['star_added'] });
  await ask('stars.add', thread, { as: 'ann' });
  await ask('stars.list', {}, { as: 'ann' });
  await ask('stars.remove', message, { as: 'ann', tells: ['star_removed'] });
  const bookmark = { channel_id: channel, title: 'Docs', type: 'link', link: 'https://example.com', emoji: ':book:' };
  const added = read(await ask('bookmarks.add', bookmark), 'bookmark.id');
  await ask('bookmarks.edit', { channel_id: channel, bookmark_id: added, title: 'Documents' });
  await ask('bookmarks.list', { channel_id: channel });
  await ask('bookmarks.remove', { channel_id: channel, bookmark_id: added });
  await files(journey);
  await ask('reactions.list', { full: 'true' });
  await ask('pins.list', { channel });
  await usergroups(journey);
  await reminders(journey);
  for (const method of ['search.messages', 'search.files', 'search.all']) {
    for (const query of ['findable', 'notes', 'look']) await ask(method, { query }, { as: 'ann' });
  }
}

async function files(journey: Journey): Promise<void> {
  const { ask, ids } = journey;
  const text = 'line 1\nline 2';
  const place = await ask('files.getUploadURLExternal', { filename: 'notes.txt', length: String(text.length) });
  await fetch(read(place, 'upload_url'), { method: 'POST', body: text });
  const file = read(place, 'file_id');
  const shared = { files: [{ id: file, title: 'Notes' }], channel_id: ids.general, initial_comment: 'look' };
  const tells = ['file_created', 'file_public', 'file_shared', 'message:file_share'];
  await ask('files.completeUploadExternal', shared, { tells });
  const shown = { channel: ids.general, timestamp: await newest(journey) };
  await ask('reactions.add', { ...shown, name: 'eyes' });
  await ask('pins.add', shown);
  await ask('files.info', { file });
  await ask('files.list', { channel: ids.general });
  await ask('files.sharedPublicURL', { file }, { as: 'ann', tells: ['file_change'] });
  await ask('files.revokePublicURL', { file }, { as: 'ann', tells: ['file_change'] });
  const png = aPicture({ width: 1200, height: 900 });
  const picture = await ask('files.getUploadURLExternal', { filename: 'cat.png', length: String(png.length) });
  await fetch(read(picture, 'upload_url'), { method: 'POST', body: png });
  const image = read(picture, 'file_id');
  await ask('files.completeUploadExternal', { files: [{ id: image }], channel_id: ids.general });
  await ask('files.info', { file: image });
  await ask('files.list', { channel: ids.general });
  const listed = await ask('files.getUploadURLExternal', { filename: 'list.txt', length: '1' });
  await fetch(read(listed, 'upload_url'), { method: 'POST', body: 'x' });
  const below = { channel_id: ids.general, thread_ts: journey.marks.get('thread') };
  await ask('files.completeUploadExternal', { files: [{ id: read(listed, 'file_id') }], ...below });
  const gone = await ask('files.getUploadURLExternal', { filename: 'gone.txt', length: '1' });
  await fetch(read(gone, 'upload_url'), { method: 'POST', body: 'x' });
  await ask('files.completeUploadExternal', { files: [{ id: read(gone, 'file_id') }], channel_id: ids.general });
  await ask('files.delete', { file: read(gone, 'file_id') }, { tells: ['file_deleted'] });
}

async function newest({ ask, ids }: Journey): Promise<string> {
  return read(await ask('conversations.history', { channel: ids.general, limit: '1' }), 'messages.0.ts');
}

async function usergroups({ ask, ids }: Journey): Promise<void> {
  const facts = {
    name: 'Cooks',
    handle: 'cooks',
    description: 'They cook',
    channels: ids.general,
    include_count: 'true',
  };
  const usergroup = read(await ask('usergroups.create', facts, { tells: ['subteam_created'] }), 'usergroup.id');
  await ask('usergroups.update', { usergroup, name: 'Chefs', include_count: 'true' }, { tells: ['subteam_updated'] });
  const members = { usergroup, users: `${ids.ann},${ids.bob}`, include_count: 'true' };
  await ask('usergroups.users.update', members, { tells: ['subteam_members_changed'] });
  await ask('usergroups.users.list', { usergroup });
  await ask('usergroups.disable', { usergroup, include_count: 'true' }, { tells: ['subteam_updated'] });
  await ask('usergroups.enable', { usergroup, include_count: 'true' }, { tells: ['subteam_updated'] });
  await ask('usergroups.list', { include_users: 'true', include_count: 'true', include_disabled: 'true' });
}

async function reminders({ ask }: Journey): Promise<void> {
  const as = 'ann';
  const reminder = read(await ask('reminders.add', { text: 'eat', time: 'in 20 minutes' }, { as }), 'reminder.id');
  await ask('reminders.add', { text: 'meet', time: 'every Thursday' }, { as });
  await ask('reminders.info', { reminder }, { as });
  await ask('reminders.complete', { reminder }, { as });
  await ask('reminders.list', {}, { as });
  await ask('reminders.delete', { reminder }, { as });
}
