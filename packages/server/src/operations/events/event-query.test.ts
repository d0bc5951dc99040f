import { describe, expect, it } from 'vitest';
import { parseEventQuery } from './event-query.ts';

const NOW_MS = Date.UTC(2026, 10, 18, 12);
const parse = (query: string, showsTexts = false) => parseEventQuery(query, { nowMs: NOW_MS, showsTexts });

const LINK = 'https://acme.slack.com/archives/C1/p1700000000123456';

describe('a query of events', () => {
  it.each<[string, unknown]>([
    ['', { states: ['failed', 'retry', 'ready'], conditions: [] }],
    ['status:failed', { states: ['failed'], conditions: [] }],
    ['state:failed', { states: ['failed'], conditions: [] }],
    ['-state:done', { states: ['failed', 'retry', 'ready'], conditions: [] }],
    ['status:waiting', { states: ['retry', 'ready'], conditions: [] }],
    ['-status:done', { states: ['failed', 'retry', 'ready'], conditions: [] }],
    ['status:done,failed', { states: ['failed', 'done'], conditions: [] }],
    [
      'type:message -team:T1',
      {
        states: ['failed', 'retry', 'ready'],
        conditions: [
          { kind: 'property', property: 'type', anyOf: ['message'], isNegated: false },
          { kind: 'property', property: 'team', anyOf: ['T1'], isNegated: true },
        ],
      },
    ],
    [
      'channel:C1,C2 since:1h',
      {
        states: ['failed', 'retry', 'ready'],
        conditions: [
          { kind: 'channel', anyOf: ['C1', 'C2'], isNegated: false },
          { kind: 'since', atMs: NOW_MS - 3_600_000 },
        ],
      },
    ],
    [
      '"not found"',
      {
        states: ['failed', 'retry', 'ready'],
        conditions: [{ kind: 'text', part: 'not found', isNegated: false }],
      },
    ],
  ])('%j', (query, expected) => {
    expect(parse(query)).toEqual(expected);
  });

  it('a link is about its channel, and about the message in payloads', () => {
    const { conditions, payload } = parse(LINK);
    expect(conditions).toEqual([{ kind: 'channel', anyOf: ['C1'], isNegated: false }]);
    expect(payload?.mustContain).toEqual(['1700000000.123456']);
    const isMatch = (event: object) => payload?.matches(JSON.stringify({ event }));
    expect(isMatch({ ts: '1700000000.123456' })).toBe(true);
    expect(isMatch({ type: 'reaction_added', item: { ts: '1700000000.123456' } })).toBe(true);
    expect(isMatch({ message: { ts: '1700000000.123456' } })).toBe(true);
    expect(isMatch({ ts: '2.1', thread_ts: '1700000000.123456' })).toBe(false);
  });

  it.each<[string, object, boolean]>([
    ['user:U1', { user: 'U1' }, true],
    ['user:U1', { user: { id: 'U1' } }, true],
    ['user:U2,U1', { message: { user: 'U1' } }, true],
    ['user:U1', { item_user: 'U1' }, false],
    ['-user:U1', { user: 'U2' }, true],
    ['field:event.subtype=bot_message', { subtype: 'bot_message' }, true],
    ['field:event.subtype~BOT', { subtype: 'bot_message' }, true],
    ['field:event.hidden=true', { hidden: true }, true],
    ['field:event.n=1', { n: 1 }, true],
    ['field:event.n=null', { n: null }, true],
    ['-field:event.subtype=x', {}, true],
    ['field:event.a.id=2', { a: [{ id: 1 }, { id: 2 }] }, true],
    ['field:event.a=2', { a: [1, 2] }, true],
    ['field:event.constructor.name=Object', {}, false],
    ['field:event=x', { a: 'x' }, false],
  ])('%s of %j is %s', (query, event, expected) => {
    expect(parse(query).payload?.matches(JSON.stringify({ event }))).toBe(expected);
  });

  it('texts are searched only where they may be seen, and secrets never', () => {
    const refused = expect.objectContaining({
      code: 'invalid_input',
      message: expect.stringContaining('ADMIN_SHOW_TEXTS'),
    });
    for (const path of ['event.text', 'event.blocks.type', 'event.message.attachments.title', 'event.topic.value']) {
      expect(() => parse(`field:${path}~a`)).toThrow(refused);
    }
    const { payload } = parse('field:event.text~LUNCH', true);
    expect(payload?.matches(JSON.stringify({ event: { text: 'lunch?' } }))).toBe(true);
    expect(parse('field:token=abc', true).payload?.matches('{"token":"abc"}')).toBe(false);
    expect(parse('field:event.x~xoxb', true).payload?.matches('{"event":{"x":"xoxb-1-2-abc"}}')).toBe(false);
  });

  it.each([
    [
      'stage:failed',
      'stage:failed is unknown: there are status, team, type, error, channel, user, field, since, before; a text that has a colon stands in quotes',
    ],
    ['status:lost', 'status:lost takes waiting, failed, retry, ready, done; got "lost"'],
    [
      'status:done user:U1',
      'status:done cannot go with user, field or a link: an event that is done has no payload any more',
    ],
    ['field:event.x', 'field:event.x takes path=value or path~part, for example field:event.subtype=bot_message'],
    ['field:a=1,b=2', 'field:a=1,b=2 takes one value'],
    [
      'https://acme.slack.com/team/U1',
      '"https://acme.slack.com/team/U1" is not a link to a message, such as https://…slack.com/archives/C…/p…; put any other text in quotes, without its https://',
    ],
    [
      'since:soon',
      'since:soon takes how long ago (90s, 30m, 24h, 7d, 2w) or a time in ISO 8601 (2026-11-18, 2026-11-18T11:06Z); got "soon"',
    ],
  ])('%j is refused: %s', (query, words) => {
    expect(() => parse(query)).toThrow(expect.objectContaining({ code: 'invalid_input', message: `query: ${words}` }));
  });
});
