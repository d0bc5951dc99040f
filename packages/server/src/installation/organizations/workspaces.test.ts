import { type Simulator, startSimulator } from 'slack-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlackFetch } from '../../slack/slack-fetch.ts';
import { type CallSlack, createCallSlack, type SlackAnswer } from '../../slack/web-api.ts';
import { TestClock } from '../../time/test-clock.ts';
import { listWorkspaces } from './workspaces.ts';

const enterprise = { id: 'E0ACME', name: 'Acme Org' };
const NAMES = ['One', 'Two', 'Three', 'Four', 'Five'];

describe('the workspaces of an organization', () => {
  let slack: Simulator;
  let token: string;
  let callSlack: CallSlack;
  beforeAll(async () => {
    slack = await startSimulator({
      app: { kind: 'granular', isOrgWide: true },
      teams: [...NAMES, 'Out'].map((name) => ({ name, enterprise })),
    });
    token = (await slack.control.installInOrg({ enterprise: enterprise.id, teams: NAMES })).botToken;
    const fetches = { lookup: () => ({ pass: true }) as const, report() {}, clock: new TestClock(), random: () => 0 };
    callSlack = createCallSlack(createSlackFetch({ apiUrl: slack.apiUrl, ...fetches }), slack.apiUrl);
  });
  afterAll(() => slack.stop());

  it.each([1, 2, 5, 200])('are read to the last page, %s at a time', async (pageSize) => {
    const answer = await listWorkspaces(callSlack, token, { pageSize });
    const ids = await Promise.all(NAMES.map(async (name) => (await slack.control.team(name)).id));
    expect(answer).toEqual({ kind: 'ok', workspaces: NAMES.map((name, n) => ({ teamId: ids[n], name })) });
    const calls = await slack.control.log({ method: 'auth.teams.list', kind: 'request' });
    expect(calls.splice(-Math.ceil(NAMES.length / pageSize)).every(({ ok }) => ok)).toBe(true);
  });
});

describe('no answer', () => {
  const page = (next_cursor: string): SlackAnswer => ({
    kind: 'ok',
    body: { ok: true, teams: [{ id: 'T1', name: 'One' }], response_metadata: { next_cursor } },
  });

  it.each<[string, SlackAnswer[], object]>([
    ['an error', [{ kind: 'error', code: 'internal_error', body: {} }], { reason: 'internal_error' }],
    [
      'an error on the second page',
      [page('2'), { kind: 'error', code: 'fatal_error', body: {} }],
      { reason: 'fatal_error' },
    ],
    ['a limit', [page('2'), { kind: 'limited', retryAfterMs: 7_000 }], { retryAfterMs: 7_000 }],
    ['silence', [{ kind: 'failed', reason: 'econnreset', isOverload: false }], { reason: 'econnreset' }],
    ['our own gate', [{ kind: 'refused', reason: 'credential_superseded' }], { reason: 'credential_superseded' }],
    ['something else', [{ kind: 'ok', body: { ok: true, teams: [{ id: '<b>' }] } }], { reason: 'malformed_answer' }],
    ['cursors that never end', Array.from({ length: 501 }, () => page('again')), { reason: 'too_many_pages' }],
  ])('is %s: a part of the workspaces is none', async (_what, answers, expected) => {
    const left = [...answers];
    const answer = await listWorkspaces(async () => left.shift() ?? expect.fail('asked too often'), 'xoxb-test');
    expect(answer).toMatchObject({ kind: 'unanswered', ...expected });
  });

  it('is given without a cursor by a server that has no pages', async () => {
    const body = { ok: true, teams: [{ id: 'T1' }] };
    expect(await listWorkspaces(async () => ({ kind: 'ok', body }), 'xoxb-test')).toEqual({
      kind: 'ok',
      workspaces: [{ teamId: 'T1', name: null }],
    });
  });
});
