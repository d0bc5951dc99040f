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

  const style = (name: string) => ({ style: { [name]: true } });
  it('has the styles of its parts', () => {
    expect(elements('*bold* _it_ ~no~ `a *b* <https://a.example>` 2*3*4 snake_case_name * a *')).toEqual([
      { type: 'text', text: 'bold', ...style('bold') },
      { type: 'text', text: ' ' },
      { type: 'text', text: 'it', ...style('italic') },
      { type: 'text', text: ' ' },
      { type: 'text', text: 'no', ...style('strike') },
      { type: 'text', text: ' ' },
      { type: 'text', text: 'a *b* ', ...style('code') },
      { type: 'link', url: 'https://a.example', ...style('code') },
      { type: 'text', text: ' 2*3*4 snake_case_name * a *' },
    ]);
    expect(elements('*a _b <@U0ANN1>_*')).toEqual([
      { type: 'text', text: 'a ', ...style('bold') },
      { type: 'text', text: 'b ', style: { bold: true, italic: true } },
      { type: 'user', user_id: 'U0ANN1', style: { bold: true, italic: true } },
    ]);
  });

  it('knows groups of people and dates', () => {
    expect(elements('<!subteam^S0GROUP1|@crew> <!date^1392734382^{date}|Feb 18>')).toEqual([
      { type: 'usergroup', usergroup_id: 'S0GROUP1' },
      { type: 'text', text: ' ' },
      { type: 'date', timestamp: 1_392_734_382, format: '{date}', fallback: 'Feb 18' },
    ]);
  });

  it('has quotes and code in parts of their own', () => {
    const [block] = richTextOf('look:\n&gt; quoted\n&gt;*more*\nand ```a &lt; b\n``` end', 'b');
    expect(block).toMatchObject({
      elements: [
        { type: 'rich_text_section', elements: [{ text: 'look:' }] },
        { type: 'rich_text_quote', elements: [{ text: 'quoted\n' }, { text: 'more', style: { bold: true } }] },
        { type: 'rich_text_section', elements: [{ text: 'and ' }] },
        { type: 'rich_text_preformatted', elements: [{ text: 'a < b' }] },
        { type: 'rich_text_section', elements: [{ text: ' end' }] },
      ],
    });
  });

  it('reads the longest text that there may be at once', () => {
    for (const piece of ['*a ', '`', '```a', '<a|', '_', '*a*b', '~ ', ':', '&gt;\n']) {
      const before = process.cpuUsage();
      richTextOf(piece.repeat(40_000 / piece.length), 'b');
      // Time of the processor: what else the machine does is none of it.
      expect(process.cpuUsage(before).user / 1_000, piece).toBeLessThan(1_000);
    }
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
