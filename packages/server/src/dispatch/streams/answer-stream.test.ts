import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BotServerError } from '../../errors.ts';
import { TestClock } from '../../time/test-clock.ts';
import { SlackAnswerStream, type StreamOptions } from './answer-stream.ts';
import type { StreamChunk, StreamOutcome, StreamPlace } from './stream-calls.ts';
import { cutToFit } from './stream-text.ts';

/** What Slack does at a call, where that is not to write. `lost`: it writes, and no answer comes. */
type Mood = 'ends' | 'lost' | 'unheard' | 'full';

/** Slack's side: messages with their text, and the moods of its next appends. */
class FakeSlack {
  readonly texts = new Map<string, string>();
  readonly open = new Set<string>();
  moods: (Mood | undefined)[] = [];
  stoppedByUser = false;
  /** The bot may not read in the conversation, and a lost message’s end tells nothing. */
  isMute = false;

  start = async () => {
    const ts = `${this.texts.size + 1}.0`;
    this.texts.set(ts, '');
    this.open.add(ts);
    return ts;
  };

  append = async ({ ts }: StreamPlace, chunks: StreamChunk[]): Promise<StreamOutcome> => {
    if (this.stoppedByUser) return { kind: 'stopped' };
    const mood = this.moods.shift();
    if (mood === 'unheard') return { kind: 'unknown' };
    if (mood === 'full') return { kind: 'full' };
    if (mood === 'ends') this.open.delete(ts);
    if (!this.open.has(ts)) return { kind: 'ended' };
    const text = chunks.map((chunk) => (chunk.type === 'markdown_text' ? chunk.text : '')).join('');
    this.texts.set(ts, this.texts.get(ts) + text);
    return { kind: mood === 'lost' ? 'unknown' : 'done' };
  };

  stop = async ({ ts }: StreamPlace): Promise<StreamOutcome> => {
    if (!this.open.delete(ts)) return { kind: 'ended' };
    return { kind: 'done', text: this.texts.get(ts) };
  };

  read = async ({ ts }: StreamPlace) => (this.isMute ? undefined : this.texts.get(ts));

  get said(): string[] {
    return Array.from(this.texts.values());
  }
}

function aStream(options: StreamOptions = {}) {
  const slack = new FakeSlack();
  const clock = new TestClock();
  const ending = new AbortController();
  const abort = (code: 'stopped_by_user' | 'draining' | 'fenced') => ending.abort(new BotServerError(code, code));
  const stream = new SlackAnswerStream({
    calls: slack,
    place: { channel: 'D1', thread_ts: '1.1' },
    options: { bufferChars: 10, ...options },
    signal: ending.signal,
    onMessage: () => {},
    onStopped: () => abort('stopped_by_user'),
    clock,
  });
  return { slack, clock, stream, abort };
}

describe('the answer', () => {
  it('says every character once and in order, whatever Slack does with its messages', async () => {
    const piece = fc.string({ maxLength: 40, unit: fc.constantFrom('a', 'b', 'c1', ' ', '\n', '\u{1f600}', '*') });
    const mood = fc.constantFrom<Mood | undefined>(undefined, undefined, 'ends', 'lost', 'unheard', 'full');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.array(mood, { maxLength: 30 }), async (pieces, moods) => {
        const { slack, clock, stream } = aStream({ rollOverMs: 5_000 });
        // Numbered, so that a message never ends by chance with what was to be added.
        const numbered = pieces.map((text, index) => `${index}:${text}`);
        slack.moods = moods.flatMap((mood) => [mood, undefined]);
        for (const [index, text] of numbered.entries()) {
          await stream.append(text);
          await clock.advance(index % 3 === 0 ? 2_000 : 0);
        }
        const messages = await stream.stop();
        expect(slack.said.join('')).toBe(numbered.join(''));
        expect(messages).toEqual(Array.from(slack.texts.keys()));
        expect(slack.open.size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('goes on in a next message at its age and its length, behind a whole word', async () => {
    const { slack, clock, stream } = aStream();
    await stream.append('the first half of a wo');
    await clock.advance(240_000);
    await stream.append('rd and the rest');
    await stream.stop();
    expect(slack.said).toEqual(['the first half of a word ', 'and the rest']);
    const long = aStream();
    const text = 'word '.repeat(5_000);
    await long.stream.append(text);
    await long.stream.stop();
    expect(long.slack.said.map(({ length }) => length)).toEqual([12_000, 12_000, 1_000]);
    expect(long.slack.said.join('')).toBe(text);
  });

  it('is written a second after the first character at the latest, and never with half a character', async () => {
    const { slack, clock, stream } = aStream({ bufferChars: 100 });
    await stream.append('hi \ud83d');
    await clock.advance(999);
    expect(slack.said).toEqual([]);
    await clock.advance(1);
    await clock.settle();
    expect(slack.said).toEqual(['hi ']);
    await stream.append('\ude00');
    await stream.stop();
    expect(slack.said).toEqual(['hi \u{1f600}']);
  });

  it('is written again where nobody can say whether it was: twice rather than never', async () => {
    const { slack, stream } = aStream();
    await stream.append('the beginning ');
    slack.isMute = true;
    slack.moods = ['unheard'];
    slack.stop = async ({ ts }) => (slack.open.delete(ts), { kind: 'ended' });
    await stream.append('and the end of it');
    await stream.stop();
    expect(slack.said).toEqual(['the beginning ', 'and the end of it']);
  });

  it('tells a failure at the next word, keeps no message open, and is no floating rejection', async () => {
    const { slack, clock, stream } = aStream({ bufferChars: 100 });
    slack.append = () => Promise.reject(new Error('channel_not_found'));
    await stream.append('lost');
    await clock.advance(1_000);
    await clock.settle();
    await expect(stream.append('more')).rejects.toThrow('channel_not_found');
    await expect(stream.stop()).rejects.toThrow('channel_not_found');
    await stream.finish();
    expect(slack.open.size).toBe(0);
  });

  it('gives up when message after message takes nothing', async () => {
    const { slack, stream } = aStream();
    slack.moods = Array(9).fill('full');
    await expect(stream.append('too much for any')).rejects.toMatchObject({ code: 'slack_refused' });
    expect(slack.texts.size).toBe(5);
    expect(slack.open.size).toBe(0);
  });

  it('takes nothing after its end, which may be said twice; without a word there is no message', async () => {
    const { slack, stream } = aStream();
    expect(await stream.stop()).toEqual([]);
    expect(await stream.stop()).toEqual([]);
    expect(slack.said).toEqual([]);
    await expect(stream.append('late')).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('what ends early', () => {
  it('by a drain has said all that it was given, and takes no more', async () => {
    const { slack, stream, abort } = aStream({ bufferChars: 100 });
    await stream.append('all of this');
    abort('draining');
    await expect(stream.append('not this')).rejects.toMatchObject({ code: 'draining' });
    expect(slack.said).toEqual(['all of this']);
    expect(slack.open.size).toBe(0);
  });

  it.each(['stopped_by_user', 'fenced'] as const)('by %s says nothing more', async (code) => {
    const { slack, clock, stream, abort } = aStream({ bufferChars: 100 });
    await stream.append('x'.repeat(100));
    await stream.append('not this');
    abort(code);
    await clock.advance(5_000);
    await expect(stream.append('nor this')).rejects.toMatchObject({ code });
    await expect(stream.stop()).rejects.toMatchObject({ code });
    await stream.finish();
    expect(slack.said).toEqual(['x'.repeat(100)]);
  });

  it('by Slack’s word of a Stop, before its event comes, ends the listener', async () => {
    const { slack, stream } = aStream();
    await stream.append('the beginning');
    slack.stoppedByUser = true;
    await expect(stream.append('the end of it')).rejects.toMatchObject({ code: 'stopped_by_user' });
    expect(slack.said).toEqual(['the beginning']);
  });

  it('while its first message is begun leaves that empty and closed', async () => {
    const { slack, stream, abort } = aStream();
    const { start } = slack;
    slack.start = async () => {
      abort('stopped_by_user');
      return await start();
    };
    await expect(stream.append('the beginning')).rejects.toMatchObject({ code: 'stopped_by_user' });
    expect(slack.said).toEqual(['']);
    expect(slack.open.size).toBe(0);
  });
});

it('a text is cut behind a line or a word, and never inside a character', () => {
  expect(cutToFit('one two three', 9, { mustCut: true })).toEqual(['one two ', 'three']);
  expect(cutToFit('one\ntwo three', 9, { mustCut: true })).toEqual(['one\ntwo ', 'three']);
  expect(cutToFit('one two\nthree', 9, { mustCut: true })).toEqual(['one two\n', 'three']);
  expect(cutToFit('\u{1f600}\u{1f600}', 3, { mustCut: true })).toEqual(['\u{1f600}', '\u{1f600}']);
  expect(cutToFit('oneword', 3, { mustCut: false })).toEqual(['', 'oneword']);
});
