import { describe, expect, it } from 'vitest';
import { slackText } from './slack-text.ts';

describe('text as Slack keeps it', () => {
  it.each([
    ['a & b < c > d', 'a &amp; b &lt; c &gt; d'],
    ['see https://a.example/?x=1&y=2.', 'see <https://a.example/?x=1&amp;y=2>.'],
    ['(https://a.example) *https://b.example*', '(<https://a.example>) *<https://b.example>*'],
    ['https://a.example/wiki/It_(novel)', '<https://a.example/wiki/It_(novel)>'],
    ['<https://a.example|here> <mailto:a@b.example>', '<https://a.example|here> <mailto:a@b.example>'],
    [
      '<@U0ANN1> <#C0GEN1|general> <!here> <!date^1^{date}|x>',
      '<@U0ANN1> <#C0GEN1|general> <!here> <!date^1^{date}|x>',
    ],
    [
      '<!date^1^{date_short} at {time}^https://a.example/?x&y|a date> <!date now>',
      '<!date^1^{date_short} at {time}^https://a.example/?x&amp;y|a date> &lt;!date now&gt;',
    ],
    ['<b>bold</b> <@nobody>', '&lt;b&gt;bold&lt;/b&gt; &lt;@nobody&gt;'],
    ['&lt;b&gt; &amp;amp;', '&lt;b&gt; &amp;amp;'],
    ['', ''],
  ])('%j is %j', (text, kept) => {
    expect(slackText(text)).toBe(kept);
    expect(slackText(kept)).toBe(kept);
  });

  it('makes no links where it shall not', () => {
    expect(slackText('https://a.example/?x&y', { hasLinks: false })).toBe('https://a.example/?x&amp;y');
  });

  it('reads the longest text that there may be at once', () => {
    for (const piece of ['<', '<@', '&', 'https://', '*a ', '`', '```a', '<a|', '<!date^1^ ']) {
      const before = process.cpuUsage();
      slackText(piece.repeat(40_000 / piece.length));
      // Time of the processor: what else the machine does is none of it.
      expect(process.cpuUsage(before).user / 1_000, piece).toBeLessThan(1_000);
    }
  });
});
