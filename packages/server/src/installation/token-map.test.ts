import { describe, expect, it } from 'vitest';
import type { Credential, Installation } from '../team/installation.ts';
import { TestClock } from '../time/test-clock.ts';
import { TokenMap } from './token-map.ts';

function aCredential(changes: Partial<Credential> = {}): Credential {
  return {
    installationKey: 'T1',
    kind: 'bot',
    userId: '',
    version: { install: 1, refresh: 0 },
    token: 'xoxb-1',
    scopes: [],
    expiresAtMs: null,
    ...changes,
  };
}

const aPerson = (token: string, install: number) =>
  aCredential({ kind: 'user', userId: 'U7', token, version: { install, refresh: 0 } });

/** Whose tokens are stored. */
const people = [{ userId: 'U7' }];

function anInstallation(install: number, refresh = 0): Installation {
  return {
    key: 'T1',
    appId: null,
    isEnterprise: false,
    enterpriseId: null,
    version: { install, refresh },
    state: { kind: 'active', doubt: { kind: 'none' } },
    request: null,
    incident: null,
    changedSeq: install,
    createdAtMs: 0,
    installedAtMs: 0,
    metadata: null,
  };
}

function aMap(...credentials: Credential[]) {
  const clock = new TestClock(1_000);
  const map = new TokenMap(clock);
  for (const credential of credentials) map.learn(credential);
  map.observe(anInstallation(1), people);
  return { clock, map };
}

describe('the gate after a re-install', () => {
  it('lets the token of another person pass, which was taken along', () => {
    const { map } = aMap(aCredential(), aPerson('xoxp-kept', 1));
    map.learn(aCredential({ token: 'xoxb-2', version: { install: 2, refresh: 0 } }));
    map.learn(aPerson('xoxp-kept', 2));
    map.observe(anInstallation(2), people);
    expect(map.lookup('xoxp-kept')).toMatchObject({ pass: true, credential: { kind: 'user', userId: 'U7' } });
    expect(map.lookup('xoxb-2')).toMatchObject({ pass: true });
    expect(map.lookup('xoxb-1')).toMatchObject({ pass: false, error: { code: 'credential_superseded' } });
  });

  it('refuses the token of a person that was replaced or dropped', () => {
    const { map } = aMap(aPerson('xoxp-old', 1));
    map.learn(aPerson('xoxp-new', 2));
    map.observe(anInstallation(2), people);
    expect(map.lookup('xoxp-old')).toMatchObject({ pass: false, error: { code: 'credential_superseded' } });
    expect(map.lookup('xoxp-new')).toMatchObject({ pass: true });
  });

  it('lets the token of a person pass after the bot’s was refreshed', () => {
    const { map } = aMap(aPerson('xoxp-kept', 1));
    map.observe(anInstallation(1, 1), people);
    expect(map.lookup('xoxp-kept')).toMatchObject({ pass: true });
  });
});

describe('the gate', () => {
  it('refuses everything of an installation that is not active, people’s tokens, too', () => {
    const { map } = aMap(aCredential(), aPerson('xoxp-1', 1));
    map.observe({ ...anInstallation(1), state: { kind: 'inactive', reason: 'account_inactive', sinceMs: 1 } });
    for (const token of ['xoxb-1', 'xoxp-1']) {
      expect(map.lookup(token)).toMatchObject({ pass: false, error: { code: 'installation_not_active' } });
    }
  });

  it('lets a token that a refresh replaced pass silently until it expires', async () => {
    const { clock, map } = aMap(aCredential({ expiresAtMs: 2_000 }));
    map.observe(anInstallation(1, 1));
    expect(map.lookup('xoxb-1')).toEqual({ pass: true, silent: true });
    await clock.advance(1_000);
    expect(map.lookup('xoxb-1')).toMatchObject({ pass: false, error: { code: 'credential_superseded' } });
  });

  it('refuses the token of a person that was dropped, whatever its version, and nobody else’s', () => {
    const { map } = aMap(aCredential(), { ...aPerson('xoxp-1', 1), expiresAtMs: 9_000 });
    map.observe(anInstallation(1));
    expect(map.lookup('xoxp-1')).toMatchObject({ pass: false, error: { code: 'user_token_revoked' } });
    expect(map.lookup('xoxb-1')).toMatchObject({ pass: true });
    map.observe(anInstallation(1, 1));
    expect(map.lookup('xoxp-1')).toMatchObject({ pass: false, error: { code: 'user_token_revoked' } });
    map.learn(aPerson('xoxp-2', 2));
    map.observe(anInstallation(2), people);
    expect(map.lookup('xoxp-2')).toMatchObject({ pass: true });
    expect(map.lookup('xoxp-1')).toMatchObject({ pass: false, error: { code: 'credential_superseded' } });
  });

  it('lets tokens pass that were never handed out', () => {
    expect(aMap().map.lookup('xoxb-unknown')).toEqual({ pass: true });
  });
});
