import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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
    isToBeRemoved: false,
    hasHints: false,
    incident: null,
    changedSeq: install,
    createdAtMs: 0,
    installedAtMs: 0,
    activeSinceMs: 0,
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

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Bytes in use after everything that nobody holds is gone. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('a token that rotates', () => {
  const pair = (refresh: number, nowMs: number, installationKey = 'T1') =>
    aCredential({
      installationKey,
      token: `any-shape-of-${installationKey}-${refresh}`,
      version: { install: 1, refresh },
      expiresAtMs: nowMs + 12 * HOUR_MS,
    });

  /** One team that refreshes every ten hours. */
  function aRotatingTeam() {
    const clock = new TestClock(1_000);
    const map = new TokenMap(clock);
    let refresh = 0;
    const refreshOnce = () => {
      map.learn(pair(refresh, clock.now()));
      map.observe(anInstallation(1, refresh));
      refresh++;
    };
    const pass = async (ms: number) => {
      for (let left = ms; left > 0; left -= 10 * HOUR_MS) {
        await clock.advance(10 * HOUR_MS);
        refreshOnce();
      }
    };
    refreshOnce();
    return { clock, map, pass };
  }

  it('is refused for ever, to a client that was kept and to whoever kept the token', async () => {
    const { map, pass } = aRotatingTeam();
    const carried = map.carry('any-shape-of-T1-0');
    await pass(10 * DAY_MS);
    const refused = { pass: false, error: { code: 'credential_superseded' } };
    expect(map.lookup('any-shape-of-T1-0')).toMatchObject(refused);
    expect(map.lookup('any-shape-of-T1-0', carried)).toMatchObject(refused);
    // As if so many had ended since then that nothing is left of it.
    const other = new TokenMap(new TestClock(10 * DAY_MS));
    other.observe(anInstallation(1, 24));
    expect(other.lookup('any-shape-of-T1-0')).toEqual({ pass: true });
    expect(other.lookup('any-shape-of-T1-0', carried)).toMatchObject(refused);
    other.observe({ ...anInstallation(1, 24), state: { kind: 'inactive', reason: 'account_inactive', sinceMs: 1 } });
    expect(other.lookup('any-shape-of-T1-0', carried)).toMatchObject({ error: { code: 'installation_not_active' } });
    // What another token is sent with is that token's affair.
    expect(other.lookup('xoxb-unknown', carried)).toEqual({ pass: true });
  });

  it('stays a secret of the log after it was forgotten, whatever its shape', async () => {
    const { map, pass } = aRotatingTeam();
    await pass(10 * DAY_MS);
    expect(map.knows('any-shape-of-T1-0')).toBe(true);
    expect(map.knows('any-shape-of-T1-x')).toBe(false);
  });

  it('is used on after its end as long as it is the newest', async () => {
    const { clock, map } = aRotatingTeam();
    await clock.advance(10 * DAY_MS);
    map.learn(pair(0, 0, 'T2'));
    expect(map.lookup('any-shape-of-T1-0')).toMatchObject({ pass: true, credential: { key: 'T1' } });
  });

  it('costs a few bytes once it ended: 10,000 teams in ten days', { timeout: 180_000 }, async () => {
    const clock = new TestClock(1_000);
    const map = new TokenMap(clock);
    const round = (refresh: number) => {
      for (let team = 0; team < 10_000; team++) {
        map.learn(pair(refresh, clock.now(), `T${team}`));
        map.observe({ ...anInstallation(1, refresh), key: `T${team}` });
      }
    };
    const used: number[] = [];
    for (let refresh = 0; refresh < 24; refresh++) {
      round(refresh);
      if (refresh === 4 || refresh === 23) used.push(heapUsed());
      await clock.advance(10 * HOUR_MS);
    }
    const [afterTwoDays = 0, afterTenDays = 0] = used;
    // 19 refreshes of 10,000 teams: 46 MB when all were remembered, 8 MiB for the prints at most.
    expect(afterTenDays - afterTwoDays).toBeLessThan(12_000_000);
  });
});

it('refuses everything past the lease of this process, and goes on after it was renewed', () => {
  let holdsLease = true;
  const map = new TokenMap(new TestClock(1_000), undefined, () => holdsLease);
  map.learn(aCredential());
  map.observe(anInstallation(1), people);
  expect(map.lookup('xoxb-1')).toMatchObject({ pass: true });
  holdsLease = false;
  expect(map.lookup('xoxb-1')).toMatchObject({ pass: false, error: { code: 'fenced' } });
  expect(map.lookup('xoxb-never-seen')).toEqual({ pass: true });
  holdsLease = true;
  expect(map.lookup('xoxb-1')).toMatchObject({ pass: true });
});
