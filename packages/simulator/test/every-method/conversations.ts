/** conversations.* and users.conversations: channels of every kind, made, changed and read. */
import { type Journey, read } from './journey.ts';

export async function conversations(journey: Journey): Promise<void> {
  const { ask, ids } = journey;
  const made = await ask('conversations.create', { name: 'made' }, { tells: ['channel_created'] });
  const channel = read(made, 'channel.id');
  const hidden = read(await ask('conversations.create', { name: 'hidden', is_private: 'true' }), 'channel.id');
  const joined = ['member_joined_channel', 'message:channel_join'];
  await ask('conversations.invite', { channel, users: `${ids.ann},${ids.bob}` }, { tells: joined });
  await ask('conversations.kick', { channel, user: ids.bob }, { tells: ['member_left_channel'] });
  await ask('conversations.setTopic', { channel, topic: 'Cats' }, { tells: ['message:channel_topic'] });
  await ask('conversations.setPurpose', { channel, purpose: 'Cats' }, { tells: ['message:channel_purpose'] });
  const renamed = ['channel_rename', 'message:channel_name'];
  await ask('conversations.rename', { channel, name: 'renamed' }, { tells: renamed });
  await ask('conversations.leave', { channel }, { tells: ['member_left_channel'] });
  await ask('conversations.join', { channel }, { tells: joined });
  await ask('conversations.archive', { channel }, { tells: ['channel_archive', 'message:channel_archive'] });
  const back = ['channel_unarchive', 'message:channel_unarchive'];
  await ask('conversations.unarchive', { channel }, { as: 'ann', tells: back });
  await direct(journey, channel, hidden);
}

async function direct({ ask, ids, slack, marks }: Journey, made: string, hidden: string): Promise<void> {
  const im = { users: ids.ann ?? '', return_im: 'true' };
  const opened = await ask('conversations.open', im, { as: 'classic', tells: ['im_created', 'im_open'] });
  const classicIm = read(opened, 'channel.id');
  const { ts } = await slack.control.say({ team: 'Acme', channel: 'general', text: 'mark this' });
  await ask('conversations.mark', { channel: ids.general, ts }, { as: 'classic', tells: ['channel_marked'] });
  await ask('conversations.open', im, { as: 'classic' });
  await ask('conversations.close', { channel: classicIm }, { as: 'classic', tells: ['im_close'] });
  await ask('conversations.close', { channel: classicIm }, { as: 'classic' });
  const own = read(await ask('conversations.open', im), 'channel.id');
  await ask('chat.postMessage', { channel: own, text: 'hi' });
  const group = read(await ask('conversations.open', { users: `${ids.ann},${ids.bob}` }), 'channel.id');
  for (const channel of [ids.general, hidden, own, group]) {
    await ask('conversations.info', { channel, include_num_members: 'true', include_locale: 'true' });
    if (channel !== hidden) await ask('conversations.info', { channel }, { as: 'ann' });
  }
  await ask('conversations.open', { channel: own, return_im: 'true' });
  const types = 'public_channel,private_channel,im,mpim';
  await ask('conversations.list', { types });
  await ask('conversations.list', { types, limit: '2' }, { as: 'ann' });
  await ask('users.conversations', { types });
  await ask('conversations.members', { channel: ids.general });
  marks.set('conversations', [ids.general, made, hidden, own].join(','));
}

/** Reads what the others have left; therefore the last. */
export async function history(journey: Journey): Promise<void> {
  const { ask, marks } = journey;
  for (const channel of marks.get('conversations')?.split(',') ?? []) {
    const all = await ask('conversations.history', { channel, limit: '200', include_all_metadata: 'true' });
    const messages = all.messages as { ts: string; reply_count?: number }[];
    const [latest, oldest] = [messages[0]?.ts, messages.at(-1)?.ts];
    await ask('conversations.history', { channel, latest, oldest, inclusive: 'true', limit: '1' });
    for (const { ts } of messages.filter(({ reply_count: replies }) => replies !== undefined)) {
      await ask('conversations.replies', { channel, ts, limit: '200', include_all_metadata: 'true' });
      await ask('conversations.replies', { channel, ts, limit: '1' }, { as: 'ann' });
    }
  }
}
