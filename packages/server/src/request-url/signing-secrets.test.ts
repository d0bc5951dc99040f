import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCheckOfAny, type SecretUse } from './signing-secrets.ts';

const sign = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
const createCheck = (secret: string) => (text: string, signature: string) => sign(secret, text) === signature;

function aCheck(setting: string) {
  const uses: SecretUse[] = [];
  const time = { nowMs: 0 };
  const check = createCheckOfAny(setting, createCheck, { onUse: (use) => uses.push(use), now: () => time.nowMs });
  return { check, uses, time };
}

describe('signing secrets', () => {
  it('are both taken while one is rotated, and no other', () => {
    const { check } = aCheck('secret-new, secret-old');
    expect(check('body', sign('secret-new', 'body'))).toBe(true);
    expect(check('body', sign('secret-old', 'body'))).toBe(true);
    expect(check('body', sign('secret-new, secret-old', 'body'))).toBe(false);
    expect(check('body', sign('', 'body'))).toBe(false);
  });

  it('are told at their first use, and once an hour while they are used', () => {
    const { check, uses, time } = aCheck('secret-new,secret-old');
    for (let n = 0; n < 3; n++) check('body', sign('secret-old', 'body'));
    check('body', sign('secret-new', 'body'));
    expect(uses).toEqual([
      { secret: 2, of: 2 },
      { secret: 1, of: 2 },
    ]);
    time.nowMs = 3_600_000;
    for (let n = 0; n < 3; n++) check('body', sign('secret-new', 'body'));
    expect(uses.slice(2)).toEqual([{ secret: 1, of: 2 }]);
  });

  it('say nothing when there is one', () => {
    const { check, uses } = aCheck('secret-new');
    expect(check('body', sign('secret-new', 'body'))).toBe(true);
    expect(check('body', sign('secret-old', 'body'))).toBe(false);
    expect(uses).toEqual([]);
  });
});
