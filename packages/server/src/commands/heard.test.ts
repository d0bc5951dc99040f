import { describe, expect, it } from 'vitest';
import { heardIn, textInParts } from './heard.ts';

const self = { botId: 'B0BOT', botUserId: 'U0BOT' };
const said = { type: 'message', channel: 'C1', user: 'U1', text: 'hi', ts: '1.1' };
const changed = (message: object, previous: object = { text: 'ho' }) => ({
  type: 'message',
  subtype: 'message_changed',
  hidden: true,
  channel: 'C1',
  ts: '2.2',
  message: { ...said, edited: { user: 'U1', ts: '2.2' }, ...message },
  previous_message: { ...said, ...previous },
});

describe('what is heard', () => {
  it.each<[string, object, object]>([
    ['a message', said, { raw: 'hi', userId: 'U1', isBot: false, isEdit: false, isDirect: false, ts: '1.1' }],
    ['a direct message', { ...said, channel_type: 'im' }, { isDirect: true }],
    ['a direct message of RTM', { ...said, channel: 'D1' }, { isDirect: true }],
    ['one in a thread', { ...said, thread_ts: '1.0' }, { threadTs: '1.0' }],
    ['one with a file', { ...said, subtype: 'file_share' }, { raw: 'hi' }],
    ['one to the channel, too', { ...said, subtype: 'thread_broadcast', thread_ts: '1.0' }, { threadTs: '1.0' }],
    ['one without text', { ...said, text: '' }, { raw: '' }],
    ['one of another bot', { ...said, bot_id: 'B1' }, { isBot: true, userId: 'U1' }],
    [
      'one of a bot without a user',
      { ...said, user: undefined, bot_id: 'B1', subtype: 'bot_message' },
      { isBot: true, userId: 'B1' },
    ],
    ['one of Slackbot', { ...said, user: 'USLACKBOT' }, { isBot: true }],
    ['an edit', changed({}), { raw: 'hi', isEdit: true, channelId: 'C1', ts: '1.1' }],
  ])('%s', (_what, event, heard) => {
    expect(heardIn({ ...event }, self)).toMatchObject(heard);
  });

  it.each<[string, object]>([
    ['its own message', { ...said, user: 'U0BOT' }],
    ['its own as a bot', { ...said, user: undefined, bot_id: 'B0BOT', subtype: 'bot_message' }],
    ['its own edit', changed({ user: 'U0BOT' })],
    ['a link that unfurled', changed({ edited: undefined }, { text: 'hi' })],
    ['a deletion', { ...said, subtype: 'message_deleted', previous_message: said }],
    ['somebody who joined', { ...said, subtype: 'channel_join' }],
    ['something hidden', { ...said, hidden: true }],
    ['nobody', { ...said, user: undefined }],
    ['no place', { ...said, channel: undefined }],
    ['a change of nothing', { ...changed({}), message: null }],
    ['what Slack never sends', { type: 7, channel: {}, user: [], text: {}, ts: 1 }],
  ])('not %s', (_what, event) => {
    expect(heardIn({ ...event }, self)).toBeUndefined();
  });
});

it('words in attachments and blocks are gathered, part by part', () => {
  const message = {
    text: 'not this',
    attachments: [{ pretext: 'a', title: 'b', text: 'c', fields: [{ title: 'd', value: 'e' }, null, 7] }],
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: 'f' }, fields: [{ type: 'plain_text', text: 'g' }] },
      {
        type: 'rich_text',
        elements: [
          {
            elements: [
              { type: 'text', text: 'h' },
              { type: 'link', url: 'i' },
            ],
          },
        ],
      },
    ],
  };
  expect(textInParts(message)).toBe('a\nb\nc\nd\ne\nf\ng\nh\ni');
  let deep: object = { text: 'x' };
  for (let n = 0; n < 10_000; n++) deep = { elements: [deep] };
  expect(textInParts({ blocks: [deep] })).toBe('');
  expect(textInParts({ blocks: Array.from({ length: 1_000 }, () => ({ text: 'y'.repeat(1_000) })) })).toHaveLength(
    40_000,
  );
});
