import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

/** Tokens of a server that is compatible with Slack. */
function knowing(...tokens: string[]) {
  return { lengths: new Set(tokens.map(({ length }) => length)), knows: (word: string) => tokens.includes(word) };
}

describe('a redactor', () => {
  it.each([
    'xoxb-test-1',
    'xoxp-test-1',
    'xoxd-test%2Bab%2Fc',
    'xoxe-test-1',
    'xoxe.xoxp-test-1',
    'xapp-test-1',
    'xwfp-test-1',
    'XOXB-TEST-1',
  ])('takes %s out of a sentence, and leaves the sentence', (token) => {
    expect(createRedactor().text(`a ${token}. b "${token}", ?token=${token}&x=1`)).toBe(
      'a [token]. b "[token]", ?token=[token]&x=1',
    );
  });

  it.each(['plain-secret', 'quo"ted\\secret', 'sp ace/+secret=', "it's$&secret", 'a.b*c(d)e|f', 'ünïcode-secret'])(
    'takes %j out as it is, in JSON, in an address and in a form',
    (secret) => {
      const { text } = createRedactor({ secrets: [secret] });
      const spellings = [
        secret,
        JSON.stringify({ secret }),
        `https://x.test/?a=${encodeURIComponent(secret)}&b=2`,
        new URLSearchParams({ secret }).toString(),
      ];
      expect(spellings.map(text)).toEqual([
        '[secret]',
        '{"secret":"[secret]"}',
        'https://x.test/?a=[secret]&b=2',
        'secret=[secret]',
      ]);
    },
  );

  it('takes the whole of a secret that begins with another one, or has a token in it', () => {
    const { text } = createRedactor({ secrets: ['12345678', '12345678-xoxb-test-1!'] });
    expect(text('12345678-xoxb-test-1! and 12345678')).toBe('[secret] and [secret]');
  });

  it('takes out what it learned later, beside what it knew', () => {
    const { text, learn } = createRedactor({ secrets: ['early-secret'] });
    expect(text('early-secret late-secret')).toBe('[secret] late-secret');
    learn(['late-secret', 's']);
    expect(text('early-secret late-secret')).toBe('[secret] [secret]');
  });

  it('leaves words alone that hold a secret shorter than 8 characters', () => {
    expect(createRedactor({ secrets: ['', 's', 'seven77'] }).text('messages seven77')).toBe('messages seven77');
  });

  it('takes out known tokens of any shape, wherever they begin and end', () => {
    const tokens = knowing('abc/def+ghi==', 'tok:en"with\\all', 'A1B2C3D4E5');
    const { text } = createRedactor({ tokens });
    expect(text('Bearer abc/def+ghi== and token=abc/def+ghi==&x=A1B2C3D4E5, tok:en"with\\all')).toBe(
      'Bearer [token] and token=[token]&x=[token], [token]',
    );
    expect(text('xA1B2C3D4E5 A1B2C3D4E56')).toBe('xA1B2C3D4E5 A1B2C3D4E56');
  });
});

describe('a value for the log', () => {
  const { value } = createRedactor({ secrets: ['top-secret'] });

  it('keeps what an error says of itself, of its causes and of its parts', () => {
    const parts = new AggregateError([new Error('one top-secret'), 'two top-secret'], 'parts');
    const error = Object.assign(new TypeError('outer top-secret', { cause: parts }), {
      status: 500,
      host: 'top-secret',
    });
    expect(value({ err: error })).toMatchObject({
      err: {
        type: 'TypeError',
        message: 'outer [secret]',
        stack: expect.stringMatching(/^TypeError: outer \[secret\]\n/),
        status: 500,
        host: '[secret]',
        cause: { type: 'AggregateError', errors: [{ message: 'one [secret]' }, 'two [secret]'] },
      },
    });
  });

  it('survives cycles, endless depth, huge lists and what throws when it is read', () => {
    const cycle: Record<string, unknown> = { name: 'top-secret' };
    cycle.self = cycle;
    const error = new Error('loop');
    error.cause = error;
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;
    const bad = {
      get trap() {
        throw new Error('read');
      },
    };
    const hostile = new Proxy(
      {},
      { ownKeys: () => ['a'], getOwnPropertyDescriptor: () => JSON.parse('{') as undefined },
    );
    expect(value({ cycle, error, bad, hostile })).toMatchObject({
      cycle: { name: '[secret]', self: '[circular]' },
      error: { message: 'loop', cause: '[circular]' },
      bad: { trap: '[unreadable]' },
      hostile: '[unreadable]',
    });
    expect(JSON.stringify(value({ deep })).length).toBeLessThan(100);
    expect(JSON.stringify(value({ list: Array.from({ length: 100_000 }, () => ({})) })).length).toBeLessThan(10_000);
    const texts = Array.from({ length: 500 }, () => 'x'.repeat(10));
    expect(JSON.stringify(value({ lists: Array.from({ length: 500 }, () => texts) })).length).toBeLessThan(20_000);
  });

  it('cuts a long text, and no secret in half', () => {
    const text = value(`${'x'.repeat(16_379)}top-secret${'y'.repeat(1_000_000)}`) as string;
    expect(text.slice(16_370)).toBe('xxxxxxxxx[se…');
  });

  it('has no bytes, and dates and addresses as texts', () => {
    const facts = {
      bytes: Buffer.from('top-secret'),
      at: new Date(0),
      url: new URL('https://x.test/top-secret'),
      n: 1n,
    };
    expect(value(facts)).toEqual({
      bytes: '[10 bytes]',
      at: '1970-01-01T00:00:00.000Z',
      url: 'https://x.test/[secret]',
      n: '1',
    });
  });
});

describe('JSON', () => {
  it('is whole, with names and texts redacted before they are escaped', () => {
    const { json } = createRedactor({ secrets: ['a"b\\secret'] });
    const list = Array.from({ length: 2_000 }, (_, index) => index);
    expect(JSON.parse(json({ 'a"b\\secret': ['x a"b\\secret y', list, null, true] }))).toEqual({
      '[secret]': ['x [secret] y', list, null, true],
    });
  });
});
