import { describe, expect, it } from 'vitest';
import { call, installedSimulator, RawSocket } from '../../test/support/slack.ts';
import { richTextOf } from './rich-text.ts';

const elements = (text: string) =>
  (richTextOf(text, 'b')[0] as { elements: [{ elements: unknown[] }] }).elements[0].elements;

describe('the rich text of what a person typed', () => {
  it('takes mentions, links and emoji out of the text', () => {
    expect(elements('hi <@U0ANN1>, see <https://a.example/?x=1&amp;y|it> in <#C0GEN1|general> <!here> :wave:')).toEqual(
      [
        { type: 'text', text: 'hi ' },
        { type: 'user', user_id: 'U0ANN1' },
        { type: 'text', text: ', see ' },
        { type: 'link', url: 'https://a.example/?x=1&y', text: 'it' },
        { type: 'text', text: ' in ' },
        { type: 'channel', channel_id: 'C0GEN1' },
        { type: 'text', text: ' ' },
        { type: 'broadcast', range: 'here' },
        { type: 'text', text: ' ' },
        { type: 'emoji', name: 'wave' },
      ],
    );
  });

  it('leaves everything else as text, with its signs unescaped', () => {
    expect(elements('a &lt;b&gt; &amp;lt; <c> at 10:30')).toEqual([{ type: 'text', text: 'a <b> &lt; <c> at 10:30' }]);
  });

  it('comes with what people write on sockets and in history, and follows their edits', async () => {
    await using slack = await installedSimulator();
    const { url } = await call(slack, 'rtm.connect', slack.acme.botToken);
    using socket = new RawSocket(String(url));
    const place = { team: 'Acme', channel: 'general' };
    const { ts } = await slack.control.say({ ...place, text: 'hello' });
    const frame = await socket.frame(({ type }) => type === 'message');
    expect(frame).toMatchObject({ blocks: [{ type: 'rich_text', elements: [{ elements: [{ text: 'hello' }] }] }] });
    await slack.control.act({ ...place, kind: 'edit', ts, text: 'bye' });
    const edited = await socket.frame(({ subtype }) => subtype === 'message_changed');
    expect(edited).toMatchObject({
      message: { blocks: [{ elements: [{ elements: [{ text: 'bye' }] }] }] },
      previous_message: { blocks: [{ elements: [{ elements: [{ text: 'hello' }] }] }] },
    });
  });
});
