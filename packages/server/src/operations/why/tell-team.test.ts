/** What is said of a team that somebody asks about: how it is, since when, and whether a server serves it. */
import { describe, expect, it } from 'vitest';
import type { InstallationState } from '../../team/installation.ts';
import { ACTIVE, aShutTeam, aTeam, NOW_MS, SENT_MS } from './absence.test-kit.ts';
import type { RunningServers, TeamEvidence } from './evidence.ts';
import { tellTeam } from './tell-team.ts';

describe('a team', () => {
  it.each<[string, InstallationState, string]>([
    [
      'inactive',
      { kind: 'inactive', reason: 'account_inactive', sinceMs: SENT_MS - 86_400_000 },
      'Inactive since Tuesday 09:00:00 UTC: Slack answered account_inactive.',
    ],
    [
      'deactivated',
      { kind: 'inactive', reason: 'operator', sinceMs: SENT_MS },
      'Inactive since 09:00:00 UTC: an operator deactivated it.',
    ],
    [
      'moved to another app',
      { kind: 'inactive', reason: 'app_moved', sinceMs: SENT_MS },
      'Inactive since 09:00:00 UTC: the database was given to another Slack app, which has no token there yet.',
    ],
    [
      'imported as inactive',
      { kind: 'inactive', reason: 'imported_inactive', sinceMs: SENT_MS },
      'Inactive since 09:00:00 UTC: it was so already where it was imported from.',
    ],
    [
      'deactivated by the bot',
      { kind: 'inactive', reason: 'bot: trial_ended', sinceMs: SENT_MS },
      'Inactive since 09:00:00 UTC: the bot deactivated it itself (trial_ended).',
    ],
    [
      'deactivated by the bot, which gave no reason',
      { kind: 'inactive', reason: 'bot', sinceMs: SENT_MS },
      'Inactive since 09:00:00 UTC: the bot deactivated it itself.',
    ],
    [
      'suspended',
      { kind: 'suspended', reason: 'org_login_required', sinceMs: SENT_MS },
      'Suspended since 09:00:00 UTC: Slack answered org_login_required, which is for the workspace or its organization to change. Its events are kept for a day.',
    ],
    [
      'in doubt',
      { kind: 'active', doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: SENT_MS } },
      'In doubt since 09:00:00 UTC: Slack answered invalid_auth, and is asked once more. Its events wait meanwhile.',
    ],
    [
      'held',
      { kind: 'active', doubt: { kind: 'held', code: 'invalid_auth', sinceMs: SENT_MS } },
      'Held since 09:00:00 UTC: Slack answered invalid_auth, as for many other teams at the same time. Nothing is sent until that is decided.',
    ],
    ['active', ACTIVE, 'Active since Tuesday 09:00:00 UTC.'],
  ])('that is %s is told in a sentence', (_what, state, sentence) => {
    expect(tellTeam(aTeam(state), NOW_MS).sentence).toBe(sentence);
  });

  it('that came back is active since then, and not since it was installed', () => {
    const verdict = { kind: 'verdict', facts: { from: 'active (confirming)', to: 'active' } };
    const back = { kind: 'verdict', atMs: SENT_MS, facts: { from: 'inactive', to: 'active' } };
    const timeline = [{ ...verdict, atMs: SENT_MS + 60_000 }, back, { ...back, atMs: SENT_MS - 60_000 }];
    expect(tellTeam({ ...aTeam(ACTIVE), timeline }, NOW_MS).sentence).toBe('Active since 09:00:00 UTC.');
    const before = [{ ...back, atMs: 0 }];
    expect(tellTeam({ ...aTeam(ACTIVE), timeline: before }, NOW_MS).sentence).toBe(
      'Active since Tuesday 09:00:00 UTC.',
    );
  });

  it('whose connection is gone says since when, why, and when it is tried again', () => {
    const connection = {
      state: 'waiting',
      reason: 'closed',
      attempt: 2,
      sinceMs: SENT_MS,
      retryAtMs: SENT_MS + 60_000,
      node: 'n1',
    };
    expect(tellTeam(aTeam(ACTIVE, { connection }), NOW_MS).sentence).toBe(
      'Active, but its connection is waiting since 09:00:00 UTC (closed). It is tried again at 09:01:00 UTC.',
    );
  });

  describe('that is active, but which no server serves', () => {
    const CONNECTION = { state: 'open', reason: 'hello', attempt: 1, sinceMs: SENT_MS, retryAtMs: null, node: 'n1' };
    const told = (node: string, transport: 'http' | 'rtm' | 'socket', open = 0) => [
      { node, transport, connections: { open }, toldAtMs: SENT_MS },
    ];
    const ACTIVE_SINCE = 'Active since Tuesday 09:00:00 UTC';

    it.each<[string, RunningServers, TeamEvidence['connection'], string]>([
      [
        'because none runs',
        { isAny: false, told: [] },
        undefined,
        ', but no server runs, so nothing of it is connected or handled.',
      ],
      [
        'because the one that was killed told last that it was connected',
        { isAny: false, told: told('n1', 'rtm', 1) },
        CONNECTION,
        ', but no server runs, so nothing of it is connected or handled.',
      ],
      [
        'because no server has connected it',
        { isAny: true, told: told('n2', 'rtm') },
        undefined,
        ', but no server has told of a connection of it.',
      ],
      [
        'because its server is gone and another one runs',
        { isAny: true, told: told('n2', 'rtm') },
        CONNECTION,
        ', but n1, which told of its connection, has not reported for two minutes.',
      ],
      [
        'because the app has no socket',
        { isAny: true, told: told('n1', 'socket') },
        undefined,
        ', but no server had an open Socket Mode connection when it told last, at 09:00:00 UTC, and Slack sends nothing without one.',
      ],
    ])('says so: %s', (_why, servers, connection, words) => {
      const { sentence, advice } = tellTeam(aTeam(ACTIVE, { connection, servers }), NOW_MS);
      expect(sentence).toBe(ACTIVE_SINCE + words);
      expect(advice).toMatch(/^slack-bot-server (start|status)/);
    });

    it.each<[string, RunningServers, TeamEvidence['connection'], string]>([
      ['over HTTP', { isAny: true, told: told('n1', 'http') }, undefined, '.'],
      ['over Socket Mode', { isAny: true, told: told('n1', 'socket', 1) }, undefined, '.'],
      ['that has not reported yet', { isAny: true, told: [] }, undefined, '.'],
      ['over RTM', { isAny: true, told: told('n1', 'rtm', 1) }, CONNECTION, ', connected since 09:00:00 UTC.'],
    ])('does not say so beside a server %s', (_how, servers, connection, words) => {
      expect(tellTeam(aTeam(ACTIVE, { connection, servers }), NOW_MS).sentence).toBe(ACTIVE_SINCE + words);
    });
  });

  it('that its organization has not let in, or whose row was changed, says so', () => {
    const { view } = aTeam(ACTIVE);
    const [team] = view?.teams ?? [];
    if (!view || !team) throw new Error('The builder made no team');
    expect(tellTeam(aShutTeam(null), NOW_MS)).toMatchObject({
      sentence: expect.stringContaining('has not let the app into team T1: '),
      sinceMs: null,
    });
    expect(tellTeam(aShutTeam(SENT_MS), NOW_MS)).toMatchObject({
      sentence: expect.stringContaining('has not let the app into team T1 since 09:00:00 UTC: '),
      sinceMs: SENT_MS,
    });
    const stray = { ...aTeam(ACTIVE), view: { ...view, teams: [], strays: [team] } };
    expect(tellTeam(stray, NOW_MS).sentence).toContain('somebody changed its row');
  });
});
