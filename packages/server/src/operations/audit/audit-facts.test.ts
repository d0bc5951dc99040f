import { describe, expect, it } from 'vitest';
import { auditJson, resultFacts } from './audit-facts.ts';

const kept = (facts: Record<string, unknown>) => JSON.parse(auditJson(facts)) as Record<string, unknown>;

describe('facts of an audit', () => {
  it.each([
    'token',
    'tokens',
    'bot_token',
    'botToken',
    'refresh_token',
    'client_secret',
    'clientSecret',
    'signing_secrets',
    'password',
    'proxyPassword',
    'response_url',
    'response_urls',
  ])('hold nothing of a field that is called %s, whatever its shape, at any depth', (name) => {
    const all = {
      [name]: 'plain words',
      list: [{ [name]: ['plain words'] }],
      deep: { er: { [name]: { of: 'plain' } } },
    };
    expect(kept(all)).toEqual({
      [name]: '[secret]',
      list: [{ [name]: '[secret]' }],
      deep: { er: { [name]: '[secret]' } },
    });
  });

  it('keep what is no secret although its name is near to one, and whether there were secrets', () => {
    const facts = { teamId: 'T1', tokenCount: 3, url: 'https://a.example', secretary: 'Ann', tokens: true };
    expect(kept(facts)).toEqual(facts);
  });

  it('hold no token by its shape, neither in a text nor as a name', () => {
    const json = auditJson({ text: 'it was xoxb-test-1-secret', more: { 'xoxp-test-2-secret': 1 } });
    expect(json).not.toContain('secret');
  });

  it('are small: long texts are cut, long lists and deep values counted or left out', () => {
    expect(kept({ text: 'x'.repeat(600), list: Array.from({ length: 21 }, () => 1) })).toEqual({
      text: `${'x'.repeat(500)}…`,
      list: '[21 elements]',
    });
    expect(JSON.stringify(kept({ a: { b: { c: { d: { e: { f: { g: 'too deep' } } } } } } }))).not.toContain('too deep');
    expect(kept(Object.fromEntries(Array.from({ length: 30 }, (_, n) => [n, 'x'.repeat(400)])))).toEqual({
      characters: expect.any(Number),
    });
  });

  it('of an answer are its words and numbers alone, without what happens next', () => {
    const output = {
      teams: 2,
      changed: true,
      reason: null,
      next: 'words',
      rows: [{ token: 'x' }],
      long: 'x'.repeat(501),
    };
    expect(resultFacts(output)).toEqual({ teams: 2, changed: true });
  });
});
