/** chat.*: messages with everything that may stand in them, threads, streams, unfurls. */
import { everyAttachment, everyBlock } from './content.ts';
import { type Journey, read } from './journey.ts';

const MINUTE_MS = 60_000;

export async function chat(journey: Journey): Promise<void> {
  const { ask, ids, marks } = journey;
  const channel = ids.general ?? '';
  const metadata = { event_type: 'task_made', event_payload: { id: '1' } };
  const posted = await ask(
    'chat.postMessage',
    { channel, text: 'https://example.com', metadata },
    { tells: ['message', 'message_metadata_posted'] },
  );
  const ts = read(posted, 'ts');
  marks.set('thread', ts);
  await ask('chat.postMessage', { channel, text: 'blocks', blocks: everyBlock }, { tells: ['message'] });
  await ask('chat.postMessage', { channel, text: 'old', attachments: everyAttachment }, { tells: ['message'] });
  await ask('chat.postMessage', { channel, text: 'as another', username: 'Robot', icon_emoji: ':robot_face:' });
  await ask('chat.postMessage', { channel, text: 'old style' }, { as: 'classic', tells: ['message:bot_message'] });
  await ask('chat.postMessage', { channel, text: 'by Ann' }, { as: 'ann', tells: ['message'] });
  await ask('chat.postMessage', { channel, text: 'an answer', thread_ts: ts }, { tells: ['message'] });
  const broadcast = { channel, text: 'for all', thread_ts: ts, reply_broadcast: 'true' };
  await ask('chat.postMessage', broadcast, { tells: ['message:thread_broadcast'] });
  await ask('chat.meMessage', { channel, text: 'waves' }, { tells: ['message:me_message'] });
  await ask('chat.postEphemeral', { channel, user: ids.classic, text: 'psst' }, { tells: ['message'] });
  const changed = {
    channel,
    ts,
    text: 'https://example.com again',
    metadata: { ...metadata, event_payload: { id: '2' } },
  };
  await ask('chat.update', changed, { tells: ['message:message_changed', 'message_metadata_updated'] });
  await ask('chat.update', { channel, ts, text: 'x', blocks: everyBlock, attachments: everyAttachment });
  await ask('chat.getPermalink', { channel, message_ts: ts });
  const gone = await ask('chat.postMessage', { channel, text: 'soon gone', metadata });
  const tells = ['message:message_deleted', 'message_metadata_deleted'];
  await ask('chat.delete', { channel, ts: read(gone, 'ts') }, { tells });
  const link = await ask('chat.postMessage', { channel, text: 'https://example.com/1' });
  const unfurls = { 'https://example.com/1': { title: 'One', text: 'a page' } };
  await ask('chat.unfurl', { channel, ts: read(link, 'ts'), unfurls }, { tells: ['message:message_changed'] });
  await stream(journey, channel, ts);
  await schedule(journey, channel);
}

async function stream({ ask, ids }: Journey, channel: string, threadTs: string): Promise<void> {
  const recipient = { recipient_user_id: ids.ann, recipient_team_id: ids.team };
  const begun = { channel, thread_ts: threadTs, markdown_text: 'one', ...recipient };
  const started = await ask('chat.startStream', begun, { tells: ['message'] });
  const where = { channel, ts: read(started, 'ts') };
  await ask('chat.appendStream', { ...where, markdown_text: ' two' }, { tells: ['message:message_changed'] });
  await ask('chat.stopStream', { ...where, markdown_text: ' three' }, { tells: ['message:message_changed'] });
}

async function schedule({ ask, expectTold, slack }: Journey, channel: string): Promise<void> {
  const inMinutes = async (count: number) =>
    String(Math.floor(((await slack.control.clock()).nowMs + count * MINUTE_MS) / 1000));
  await ask('chat.scheduleMessage', { channel, text: 'later', post_at: await inMinutes(60) });
  const content = { blocks: everyBlock, attachments: everyAttachment };
  const kept = await ask('chat.scheduleMessage', { channel, text: 'x', post_at: await inMinutes(90), ...content });
  await ask('chat.scheduledMessages.list', {});
  await ask('chat.deleteScheduledMessage', { channel, scheduled_message_id: read(kept, 'scheduled_message_id') });
  await expectTold('chat.scheduleMessage', ['message'], () => slack.control.advance(61 * MINUTE_MS));
}
