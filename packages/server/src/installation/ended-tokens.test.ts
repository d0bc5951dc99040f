import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EndedTokens } from './ended-tokens.ts';

const hashOf = (token: string) => hash('sha256', token, 'base64');

describe('tokens that ended', () => {
  it('are known again, and others are not, through every growth of the table', () => {
    const ended = new EndedTokens();
    for (let n = 0; n < 5_000; n++) ended.add(hashOf(`token ${n}`));
    const known = Array.from({ length: 10_000 }, (_, n) => ended.has(hashOf(`token ${n}`)));
    expect(known.indexOf(false)).toBe(5_000);
    expect(known.lastIndexOf(true)).toBe(4_999);
  });

  it('are the newest 262,144 at least, and never more than twice as many', () => {
    const ended = new EndedTokens();
    for (let n = 0; n <= 600_000; n++) ended.add(hashOf(`token ${n}`));
    expect(ended.has(hashOf('token 0'))).toBe(false);
    expect(ended.has(hashOf(`token ${600_000 - 2 * 262_144}`))).toBe(false);
    expect(ended.has(hashOf(`token ${600_000 - 262_144}`))).toBe(true);
    expect(ended.has(hashOf('token 600000'))).toBe(true);
  });
});
