import { describe, expect, it } from 'vitest';
import type { Credential } from '../team/installation.ts';
import { ExchangedTokens } from './exchanged-tokens.ts';

const owner = { key: 'T1', userId: '', version: { install: 1, refresh: 0 } };

function aPair(changes: Partial<Credential> = {}): Credential {
  const version = { install: 1, refresh: 1 };
  return { installationKey: 'T1', kind: 'bot', userId: '', version, token: '', scopes: [], expiresAtMs: 9, ...changes };
}

describe('a token that lived for ever', () => {
  it('goes on beside its first pair, however often that is seen, and ends with the second one', () => {
    const exchanged = new ExchangedTokens();
    expect(exchanged.hasEnded(owner)).toBe(false);
    exchanged.learn(aPair({ expiresAtMs: null }), 'for ever');
    exchanged.learn(aPair(), 'first');
    exchanged.learn(aPair({ version: { install: 1, refresh: 2 } }), 'first');
    expect(exchanged.hasEnded(owner)).toBe(false);
    exchanged.learn(aPair({ version: { install: 1, refresh: 3 } }), 'second');
    expect(exchanged.hasEnded(owner)).toBe(true);
  });

  it('does not end with the pairs of others, or of another install', () => {
    const exchanged = new ExchangedTokens();
    for (const changes of [{ kind: 'user', userId: 'U1' }, { installationKey: 'T2' }] as const) {
      exchanged.learn(aPair(changes), 'first');
      exchanged.learn(aPair(changes), 'second');
    }
    expect(exchanged.hasEnded(owner)).toBe(false);
    exchanged.learn(aPair(), 'first');
    exchanged.learn(aPair({ version: { install: 2, refresh: 0 } }), 'second');
    expect(exchanged.hasEnded(owner)).toBe(false);
    expect(exchanged.hasEnded({ ...owner, version: { install: 2, refresh: 0 } })).toBe(false);
  });
});
