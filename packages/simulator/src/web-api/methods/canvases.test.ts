import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SubscribedRoles, scopedClient, subscribedRoles } from '../../../test/support/roles.ts';
import { call, type Json } from '../../../test/support/slack.ts';
import { refusal } from '../../../test/support/web-client.ts';

const scopes = ['canvases:read', 'canvases:write', 'files:read', 'channels:read', 'channels:manage'];
const heard = ['file_created', 'file_change', 'file_shared', 'file_unshared', 'file_deleted', 'file_public'];

let acme: SubscribedRoles;
beforeAll(async () => {
  acme = await subscribedRoles({ scopes, events: heard });
});
afterAll(() => acme.stop());
afterEach(() => {
  acme.app.arrived.length = 0;
});

const markdown = (text: string) => ({ type: 'markdown', markdown: text }) as const;
const infoOf = async (file: string) => (await acme.bot.files.info({ file })).file;
const told = (type: string, id: string) => acme.app.event((event) => event.type === type && event.file_id === id);

/** The canvas as a page, and its sections in order: their tag, id and text. */
async function readCanvas(id: string) {
  const headers = { authorization: `Bearer ${acme.slack.acme.botToken}` };
  const response = await fetch((await infoOf(id))?.url_private ?? '', { headers });
  const html = await response.text();
  const sections = [...html.matchAll(/<(h[1-3]|p) id="(temp:C:\w{28})"[^>]*>(.*?)<\/\1>/g)];
  return {
    type: response.headers.get('content-type'),
    html,
    ids: sections.map(([, , section = '']) => section),
    texts: sections.map(([, tag, , text]) => `${tag} ${text}`),
  };
}

const aCanvas = async (text = 'one', title = 'Notes') => {
  const { canvas_id: id = '' } = await acme.bot.canvases.create({ title, document_content: markdown(text) });
  return id;
};
const edit = (canvas_id: string, change: Json, by = acme.bot) =>
  by.apiCall('canvases.edit', { canvas_id, changes: [change] });

describe('a canvas', () => {
  it('is a file that is read as HTML, changed and deleted, and apps hear of it', async () => {
    const id = await aCanvas('# Plan\n\nFirst & <last>\nline two\n- item\n```\n# code\n\nmore\n```', 'Team notes');
    await told('file_created', id);
    // (Keys and values recorded in October 2026: curie, test_channel_canvas)
    expect(await infoOf(id)).toMatchObject({
      id,
      name: 'Team_notes',
      title: 'Team notes',
      mimetype: 'application/vnd.slack-docs',
      filetype: 'quip',
      pretty_type: 'Canvas',
      mode: 'quip',
      editable: true,
      is_external: false,
      canvas_creator_id: acme.slack.acme.botUserId,
      permalink: expect.stringMatching(new RegExp(`/docs/T\\w+/${id}$`)),
      url_private: expect.stringMatching(new RegExp(`${id}/canvas$`)),
    });
    const { type, html, texts } = await readCanvas(id);
    expect(type).toBe('text/html; charset=utf-8');
    expect(html).toMatch(/^<div class="quip-canvas-content">/);
    expect(texts).toEqual([
      'h1 Plan',
      'p First &amp; &lt;last&gt;<br/>line two',
      'p - item',
      'p ```<br/># code<br/><br/>more<br/>```',
    ]);
    await edit(id, { operation: 'rename', title_content: markdown('Renamed') });
    await told('file_change', id);
    expect(await infoOf(id)).toMatchObject({ title: 'Renamed', last_editor: acme.slack.acme.botUserId });
    const list = async (types: string) => (await acme.bot.files.list({ types })).files?.map((file) => file.id) ?? [];
    expect(await list('spaces')).toContain(id);
    expect(await list('canvas')).toContain(id);
    expect(await list('images,pdfs')).not.toContain(id);
    expect(await refusal(acme.bob.canvases.delete({ canvas_id: id }))).toBe('canvas_not_found');
    await acme.bot.canvases.delete({ canvas_id: id });
    await told('file_deleted', id);
    expect(await refusal(acme.bot.files.info({ file: id }))).toBe('file_deleted');
    expect(await refusal(edit(id, { operation: 'delete', section_id: 'x' }))).toBe('canvas_not_found');
    const lookup = acme.bot.canvases.sections.lookup({ canvas_id: id, criteria: { contains_text: 'x' } });
    expect(await refusal(lookup)).toBe('canvas_deleted');
  });

  it('is changed section by section', async () => {
    const id = await aCanvas('# Top\n\nmiddle\n\n## Sub');
    const [top, middle] = (await readCanvas(id)).ids;
    const texts = async () => (await readCanvas(id)).texts;
    const find = async (criteria: Parameters<typeof acme.bot.canvases.sections.lookup>[0]['criteria']) =>
      (await acme.bot.canvases.sections.lookup({ canvas_id: id, criteria })).sections ?? [];
    expect(await find({ section_types: ['h1'] })).toEqual([{ id: top }]);
    expect(await find({ contains_text: 'MIDDLE' })).toEqual([{ id: middle }]);
    expect(await find({ section_types: ['any_header'], contains_text: 'sub' })).toHaveLength(1);
    expect(await find({ section_types: ['any_header'], contains_text: 'middle' })).toEqual([]);
    await edit(id, { operation: 'insert_before', section_id: middle, document_content: markdown('before') });
    await edit(id, { operation: 'insert_after', section_id: middle, document_content: markdown('after') });
    await edit(id, { operation: 'insert_at_start', document_content: markdown('start') });
    await edit(id, { operation: 'insert_at_end', document_content: markdown('end') });
    expect(await texts()).toEqual(['p start', 'h1 Top', 'p before', 'p middle', 'p after', 'h2 Sub', 'p end']);
    await edit(id, { operation: 'replace', section_id: middle, document_content: markdown('one\n\ntwo') });
    await edit(id, { operation: 'delete', section_id: top });
    expect(await texts()).toEqual(['p start', 'p before', 'p one', 'p two', 'p after', 'h2 Sub', 'p end']);
    await edit(id, { operation: 'replace', document_content: markdown('all new') });
    expect(await texts()).toEqual(['p all new']);
  });

  it('is one per channel, and written by everybody there', async () => {
    const { channel } = await acme.bot.conversations.create({ name: 'canvas-club' });
    const place = channel?.id ?? '';
    const created = await acme.bot.conversations.canvases.create({
      channel_id: place,
      document_content: markdown('hello'),
    });
    const id = created.canvas_id ?? '';
    expect(await told('file_shared', id)).toMatchObject({ channel_id: place });
    expect((await acme.bot.conversations.info({ channel: place })).channel?.properties).toMatchObject({
      canvas: { file_id: id, is_empty: false },
      tabs: [{ id: `Ct${id.slice(1)}`, type: 'canvas', data: { file_id: id } }],
    });
    expect((await infoOf(id))?.shares?.public?.[place]).toMatchObject([
      { source: 'CHANNEL_TAB', is_silent_share: true, access: 'write' },
    ]);
    const again = acme.bot.conversations.canvases.create({ channel_id: place });
    expect(await refusal(again)).toBe('channel_canvas_already_exists');
    // Bob may look at a public channel, and writes as soon as he is in it.
    const byBob = () => edit(id, { operation: 'insert_at_end', document_content: markdown('Bob') }, acme.bob);
    expect(await refusal(byBob())).toBe('restricted_action');
    await acme.slack.control.invite('Acme', 'canvas-club', { user: 'bob' });
    await byBob();
    expect((await readCanvas(id)).texts).toEqual(['p hello', 'p Bob']);
    // The example of an error on the page of canvases.access.set.
    const access = { canvas_id: id, access_level: 'read', user_ids: [acme.annId] };
    expect(await refusal(acme.bot.apiCall('canvases.access.set', access))).toBe('canvas_not_found');
    await acme.bot.canvases.delete({ canvas_id: id });
    expect((await acme.bot.conversations.info({ channel: place })).channel?.properties).toMatchObject({ tabs: [] });
    const { canvas_id: tab = '' } = await acme.bot.canvases.create({ channel_id: place, title: 'Tab' });
    expect((await acme.bot.conversations.info({ channel: place })).channel?.properties).toMatchObject({
      tabs: [{ data: { file_id: tab } }],
    });
  });

  it('is shared with people and conversations, to read or to write', async () => {
    const id = await aCanvas('secret');
    const write = () => edit(id, { operation: 'insert_at_end', document_content: markdown('x') }, acme.bob);
    expect(await refusal(write())).toBe('canvas_not_found');
    await acme.bot.canvases.access.set({ canvas_id: id, access_level: 'read', user_ids: [acme.bobId] });
    expect((await acme.bob.files.info({ file: id })).file).toMatchObject({ id });
    expect(await refusal(write())).toBe('restricted_action');
    await acme.bot.canvases.access.set({ canvas_id: id, access_level: 'write', user_ids: [acme.bobId] });
    await write();
    await acme.bot.canvases.access.delete({ canvas_id: id, user_ids: [acme.bobId] });
    expect(await refusal(acme.bob.files.info({ file: id }))).toBe('file_not_found');
    await acme.bot.canvases.access.set({ canvas_id: id, access_level: 'write', channel_ids: [acme.general] });
    expect(await told('file_shared', id)).toMatchObject({ channel_id: acme.general });
    await write();
    await acme.bot.canvases.access.delete({ canvas_id: id, channel_ids: [acme.general] });
    expect(await told('file_unshared', id)).toMatchObject({ channel_id: acme.general });
    expect(await refusal(write())).toBe('canvas_not_found');
    await acme.bot.apiCall('canvases.access.set', { canvas_id: id, access_level: 'owner', user_ids: [acme.bobId] });
    await acme.bob.canvases.delete({ canvas_id: id });
  });

  it("stays its owner's when its owner is given less", async () => {
    const id = await aCanvas('mine');
    const { user_id: bot = '' } = await acme.bot.auth.test();
    await acme.bot.canvases.access.set({ canvas_id: id, access_level: 'read', user_ids: [bot] });
    await acme.bot.canvases.access.delete({ canvas_id: id, user_ids: [bot] });
    await acme.bot.canvases.delete({ canvas_id: id });
    expect(await refusal(acme.bot.files.info({ file: id }))).toBe('file_deleted');
  });
});

describe('is refused:', () => {
  it.each([
    ['invalid_parameters', {}],
    ['invalid_parameters', { channel_ids: ['C0NOWHERE0'], user_ids: ['U0NOBODY00'] }],
    ['channel_not_found', { channel_ids: ['C0NOWHERE0'] }],
    ['user_not_found', { user_ids: ['U0NOBODY00'] }],
    ['invalid_arguments', { user_ids: ['U0NOBODY00'], access_level: 'all' }],
  ])('canvases.access.set with %s: %j', async (error, args) => {
    const canvas_id = await aCanvas();
    const set = acme.bot.apiCall('canvases.access.set', { canvas_id, access_level: 'read', ...args });
    expect(await refusal(set)).toBe(error);
  });

  it.each([
    // The example of an error on the page of canvases.create.
    ['> - x', "'content' error: line 1: Unsupported block type (List) within block quote"],
    ['1. one\n    * two', "'content' error: line 2: Unsupported list type"],
    ['x'.repeat(1_048_577), "'content' error: longer than 1048576 characters"],
  ])('markdown that Slack does not take: %#', async (text, detail) => {
    const create = acme.bot.canvases.create({ document_content: markdown(text) });
    await expect(create).rejects.toMatchObject({ data: { error: 'canvas_creation_failed', detail } });
  });

  it('content of a type that there is not, and takes lists of one kind within each other', async () => {
    const content = { type: 'html', markdown: 'x' };
    expect(await refusal(acme.bot.apiCall('canvases.create', { document_content: content }))).toBe('invalid_arguments');
    const text = '1. one\n   2. two\n\n- three\n  - four\n\n```\n1. x\n  - y\n```';
    expect(await acme.bot.canvases.create({ document_content: markdown(text) })).toMatchObject({ ok: true });
  });

  it.each([
    [
      { operation: 'replace', section_id: 'temp:C:x', document_content: markdown('x') },
      'Section temp:C:x was not found',
    ],
    [{ operation: 'delete' }, expect.stringContaining('section_id')],
    [{ operation: 'insert_at_end' }, expect.stringContaining('document_content')],
    [{ operation: 'shout', document_content: markdown('x') }, expect.stringContaining('operation')],
    [{ operation: 'rename' }, expect.stringContaining('title_content')],
  ])('the change %j', async (change, detail) => {
    await expect(edit(await aCanvas(), change)).rejects.toMatchObject({
      data: { error: 'canvas_editing_failed', detail },
    });
  });

  it('two changes at once, other teams and missing scopes', async () => {
    const canvas_id = await aCanvas();
    const change = { operation: 'insert_at_end', document_content: markdown('x') };
    const twice = acme.bot.apiCall('canvases.edit', { canvas_id, changes: [change, change] });
    expect(await refusal(twice)).toBe('invalid_arguments');
    await acme.slack.control.addTeam({ name: 'Globex' });
    const { botToken } = await acme.slack.control.install({ team: 'Globex' });
    expect(await call(acme.slack, 'canvases.delete', botToken, { canvas_id })).toMatchObject({
      error: 'canvas_not_found',
    });
    const reader = await scopedClient(acme.slack, ['canvases:read']);
    expect(await refusal(reader.canvases.create({}))).toBe('missing_scope');
    const file = await acme.slack.control.act({
      kind: 'share_file',
      team: 'Acme',
      channel: 'general',
      name: 'a.txt',
      content: { text: 'x' },
    });
    expect(await refusal(edit(file.file ?? '', change))).toBe('canvas_not_found');
    expect(await refusal(acme.bot.conversations.canvases.create({ channel_id: acme.random }))).toBe(
      'channel_canvas_creation_failed',
    );
  });
});
