import { beforeEach, describe, expect, it } from 'vitest';
import { ownsAll } from '../ownership/key-ownership.test-kit.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { Credential, InstallationState, Team } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import { TeamIdentifier } from './identify-teams.ts';
import { Roster } from './roster.ts';

const ACTIVE: InstallationState = { kind: 'active', doubt: { kind: 'none' } };
const failed: SlackAnswer = { kind: 'failed', reason: 'timeout', isOverload: false };

function anIdentity(teamId: string, changes: Record<string, unknown> = {}): SlackAnswer {
  const body = { ok: true, team_id: teamId, team: 'Acme', user: 'rota', user_id: 'U0BOT', bot_id: 'B0BOT', ...changes };
  return { kind: 'ok', body };
}

interface Row {
  install?: number;
  state?: InstallationState;
  team?: Partial<Team>;
}

function aView(key: string, { install = 1, state = ACTIVE, team = {} }: Row = {}): InstallationView {
  return {
    installation: {
      key,
      appId: null,
      isEnterprise: false,
      enterpriseId: null,
      version: { install, refresh: 0 },
      state,
      request: null,
      isToBeRemoved: false,
      hasHints: false,
      incident: null,
      changedSeq: install,
      createdAtMs: 0,
      installedAtMs: 0,
      activeSinceMs: 0,
      metadata: null,
    },
    teams: [
      {
        teamId: key,
        installationKey: key,
        access: 'granted',
        noAccessSinceMs: null,
        name: null,
        domain: null,
        botUserId: null,
        botId: null,
        ...team,
      },
    ],
  };
}

/** The identifier with a Slack whose answers are scripted by `answer`. */
class World {
  readonly clock = new TestClock(0);
  readonly roster = new Roster();
  readonly asked: string[] = [];
  readonly written: unknown[] = [];
  readonly named: (string | null)[] = [];
  readonly problems: string[] = [];
  readonly known: string[] = [];
  answer: (teamId: string) => SlackAnswer | Promise<SlackAnswer> = anIdentity;
  setTeamIdentity = async (...what: unknown[]): Promise<void> => void this.written.push(what);
  readonly identifier = new TeamIdentifier({
    owner: ownsAll,
    roster: this.roster,
    clock: this.clock,
    random: () => 1,
    callSlack: async (method, { token = '', purpose }) => {
      expect([method, purpose]).toEqual(['auth.test', 'connect']);
      this.asked.push(token);
      return await this.answer(token);
    },
    botName: { note: async ({ botName }) => void this.named.push(botName ?? null) },
    installations: { setTeamIdentity: (...what) => this.setTeamIdentity(...what) },
    onProblem: (teamId, code) => void this.problems.push(`${teamId} ${code}`),
    onKnown: (teamId) => void this.known.push(teamId),
    log: { warn() {} },
  });

  /** A row was seen: the roster knows it before the identifier does. The token is the team's id. */
  async see(key: string, row: Row = {}): Promise<void> {
    const view = aView(key, row);
    this.roster.set(view, { token: key, version: view.installation.version } as Credential);
    this.identifier.observe(view);
    await this.clock.settle();
  }
}

let world: World;

beforeEach(() => {
  world = new World();
});

describe('a team without bot ids', () => {
  it('is asked about once, and the answer is written for the version that was asked', async () => {
    await world.see('T1', { install: 3 });
    expect(world.roster.actorOf('T1')).toMatchObject({ botUserId: 'U0BOT', botId: 'B0BOT' });
    await world.see('T1', { install: 3 });
    expect(world.asked).toEqual(['T1']);
    const identity = { botUserId: 'U0BOT', botId: 'B0BOT', name: 'Acme', domain: null, enterpriseId: null };
    expect(world.written).toEqual([['T1', identity, { version: { install: 3, refresh: 0 } }]]);
    expect(world.named).toEqual(['rota']);
  });

  it('is asked about again after another install', async () => {
    await world.see('T1', { install: 1 });
    await world.see('T1', { install: 2 });
    expect(world.asked).toEqual(['T1', 'T1']);
  });

  it('is not asked about again when Slack names no bot id', async () => {
    world.answer = (teamId) => anIdentity(teamId, { bot_id: undefined });
    await world.see('T1');
    await world.see('T1', { team: { botUserId: 'U0BOT' } });
    await world.clock.advance(3_600_000);
    expect(world.asked).toEqual(['T1']);
  });

  it('is asked about again, later and later, while Slack or the store does not answer', async () => {
    world.answer = () => failed;
    await world.see('T1');
    await world.clock.advance(7_000);
    expect(world.asked).toHaveLength(4);
    world.answer = anIdentity;
    world.setTeamIdentity = async () => {
      throw new Error('disk full');
    };
    await world.clock.advance(8_000);
    world.setTeamIdentity = async (...what) => void world.written.push(what);
    await world.clock.advance(16_000);
    expect(world.written).toHaveLength(1);
    await world.clock.advance(3_600_000);
    expect(world.asked).toHaveLength(6);
  });

  it('is not asked about before Retry-After is over', async () => {
    world.answer = () => ({ kind: 'limited', retryAfterMs: 30_000 });
    await world.see('T1');
    await world.clock.advance(30_999);
    expect(world.asked).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.asked).toHaveLength(2);
  });

  it('with the token of another team is told to the operator, once', async () => {
    world.answer = () => anIdentity('T9');
    await world.see('T1');
    await world.see('T1');
    await world.clock.advance(3_600_000);
    expect(world.asked).toHaveLength(1);
    expect(world.problems).toEqual(['T1 wrong_team']);
    expect([world.written, world.named]).toEqual([[], []]);
  });
});

describe('nothing is handed out', () => {
  it('until the answer is there, and then it is told', async () => {
    world.answer = () => failed;
    await world.see('T1');
    let isSettled = false;
    void world.identifier.settled('T1').then(() => (isSettled = true));
    await world.clock.settle();
    expect([world.identifier.isAwaited('T1'), isSettled, world.known]).toEqual([true, false, []]);
    world.answer = anIdentity;
    await world.clock.advance(1_000);
    expect([world.identifier.isAwaited('T1'), isSettled, world.known]).toEqual([false, true, ['T1']]);
  });

  it('with the token of another team, until the next install', async () => {
    world.answer = () => anIdentity('T9');
    await world.see('T1', { install: 1 });
    await world.identifier.settled('T1');
    expect([world.identifier.isAwaited('T1'), world.known]).toEqual([true, []]);
    world.answer = anIdentity;
    await world.see('T1', { install: 2 });
    expect([world.identifier.isAwaited('T1'), world.known]).toEqual([false, ['T1']]);
  });

  it('without the ids, although the row was read again while they were asked for', async () => {
    const answer = Promise.withResolvers<SlackAnswer>();
    world.answer = () => answer.promise;
    await world.see('T1');
    await world.see('T1', { team: { name: 'Acme Corporation' } });
    answer.resolve(anIdentity('T1'));
    await world.clock.settle();
    expect(world.known).toEqual(['T1']);
    expect(world.roster.actorOf('T1')).toMatchObject({ botUserId: 'U0BOT', botId: 'B0BOT' });
  });

  it.each([
    ['is deactivated', { state: { kind: 'inactive', reason: 'account_inactive', sinceMs: 0 } }],
    ['is identified by its row', { team: { botUserId: 'U0BOT', botId: 'B0BOT' } }],
  ] as [string, Row][])('for longer when the team %s', async (_what, row) => {
    world.answer = () => failed;
    await world.see('T1');
    const settled = world.identifier.settled('T1');
    await world.see('T1', row);
    await settled;
    expect(world.identifier.isAwaited('T1')).toBe(false);
  });
});

describe('nothing is asked', () => {
  it.each<[string, Row]>([
    ['about a team whose ids are known', { team: { botUserId: 'U0BOT', botId: 'B0BOT' } }],
    ['for an inactive team', { state: { kind: 'inactive', reason: 'account_inactive', sinceMs: 0 } }],
    ['while in doubt', { state: { kind: 'active', doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: 0 } } }],
  ])('%s', async (_what, row) => {
    await world.see('T1', row);
    expect(world.asked).toEqual([]);
  });

  it('any more for a team that was deactivated while it waited', async () => {
    world.answer = () => failed;
    await world.see('T1');
    await world.see('T1', { state: { kind: 'inactive', reason: 'account_inactive', sinceMs: 0 } });
    await world.clock.advance(3_600_000);
    expect(world.asked).toHaveLength(1);
  });

  it('any more after stop, which waits for what is under way', async () => {
    world.answer = () => failed;
    await world.see('T1');
    await world.identifier.stop();
    await world.clock.advance(3_600_000);
    expect(world.asked).toHaveLength(1);
  });
});

it('five teams at once are asked about, and one that is never answered holds up no other', async () => {
  const slow = new Map<string, () => void>();
  world.answer = (teamId) =>
    new Promise((resolve) => {
      slow.set(teamId, () => resolve(anIdentity(teamId)));
    });
  for (let n = 1; n <= 12; n++) await world.see(`T${n}`);
  expect(world.asked).toEqual(['T1', 'T2', 'T3', 'T4', 'T5']);
  for (let n = 2; n <= 12; n++) {
    slow.get(`T${n}`)?.();
    await world.clock.settle();
  }
  expect(world.asked).toHaveLength(12);
  expect(world.written).toHaveLength(11);
});
