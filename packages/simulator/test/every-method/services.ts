/** What apps bring along: calls, canvases, files of other services. */
import { type Journey, read } from './journey.ts';

export async function services(journey: Journey): Promise<void> {
  await calls(journey);
  await canvases(journey);
  await remoteFiles(journey);
}

async function calls({ ask, ids }: Journey): Promise<void> {
  const about = {
    title: 'Sync',
    created_by: ids.ann,
    external_display_id: '705',
    desktop_app_join_url: 'callapp://join/1',
  };
  const asked = { external_unique_id: 'one', join_url: 'https://calls.example/1', ...about };
  const kim = { external_id: '54', display_name: 'Kim', avatar_url: 'https://calls.example/kim.png' };
  const users = [{ slack_id: ids.bob }, { external_id: '55', display_name: 'Lee' }];
  const id = read(await ask('calls.add', { ...asked, users: [{ slack_id: ids.ann }, kim] }), 'call.id');
  const blocks = [{ type: 'call', call_id: id }];
  await ask('chat.postMessage', { channel: ids.general, text: 'join', blocks });
  await ask('calls.participants.add', { id, users });
  await ask('calls.participants.remove', { id, users: [{ slack_id: ids.bob }] });
  await ask('calls.update', { id, title: 'Long sync' });
  await ask('calls.info', { id });
  await ask('calls.end', { id, duration: '60' });
}

async function canvases({ ask, ids }: Journey): Promise<void> {
  const content = { type: 'markdown', markdown: '# Plan\n\nfirst' };
  const created = { title: 'Notes', document_content: content };
  const canvas = read(await ask('canvases.create', created, { tells: ['file_created'] }), 'canvas_id');
  const shared = { canvas_id: canvas, channel_ids: [ids.general] };
  await ask('canvases.access.set', { ...shared, access_level: 'read' }, { tells: ['file_shared'] });
  const change = { operation: 'insert_at_end', document_content: { type: 'markdown', markdown: 'last' } };
  await ask('canvases.edit', { canvas_id: canvas, changes: [change] }, { tells: ['file_change'] });
  await ask('canvases.sections.lookup', { canvas_id: canvas, criteria: { section_types: ['any_header'] } });
  await ask('files.info', { file: canvas });
  await ask('canvases.access.delete', shared, { tells: ['file_unshared'] });
  await ask('canvases.delete', { canvas_id: canvas }, { tells: ['file_deleted'] });
  const channel = { channel_id: ids.general, document_content: content };
  await ask('conversations.canvases.create', channel, { tells: ['file_created'] });
}

async function remoteFiles({ ask, ids }: Journey): Promise<void> {
  const about = { external_id: 'doc-1', external_url: 'https://docs.example/1', title: 'One' };
  await ask('files.remote.add', about, { tells: ['file_created'] });
  await ask('files.remote.share', { external_id: 'doc-1', channels: ids.general }, { tells: ['file_shared'] });
  await ask('files.remote.update', { external_id: 'doc-1', title: 'Two' }, { tells: ['file_change'] });
  await ask('files.remote.info', { external_id: 'doc-1' });
  await ask('files.remote.list', {});
  await ask('files.info', { file: read(await ask('files.remote.info', { external_id: 'doc-1' }), 'file.id') });
  await ask('files.remote.remove', { external_id: 'doc-1' }, { tells: ['file_deleted'] });
}
