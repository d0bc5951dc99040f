/** Import and exchange of tokens as operations. Lines: import-lines.test.ts; with Slack: test/cli-exchange.test.ts. */
import { describe, expect, it } from 'vitest';
import type { SlackAnswer } from '../../slack/web-api.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { listAudit } from '../audit/list-audit.ts';
import { anInstall, install, NOW_MS, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from './deactivate-team.ts';
import { type ExchangeProgress, exchangeTokens } from './exchange-tokens.ts';
import { importTeams } from './import-teams.ts';

const aLine = (team_id: string, more: object = {}) =>
  JSON.stringify({ team_id, name: `Team ${team_id}`, bot_token: `xoxb-test-${team_id}`, ...more });

/** Slack's answer to an exchange of a bot's token. */
const aPair = (token: string): SlackAnswer => ({
  kind: 'ok',
  body: {
    ok: true,
    access_token: token.replace('xoxb', 'xoxe.xoxb'),
    refresh_token: 'xoxe-1-test',
    token_type: 'bot',
    expires_in: 43_200,
  },
});

describe.each(engines)('on %s', (engine) => {
  it('an import stores good lines, names bad ones by their number in the file, and tells each as it comes', async () => {
    const { run, storage } = await openOperations(engine);
    const told: unknown[] = [];
    const lines = [aLine('T1'), '', 'not JSON xoxb-test-secret', aLine('T2')];
    const outcome = await run(importTeams, { lines, firstLine: 1_001 }, { onProgress: (line) => void told.push(line) });
    expect(outcome.lines).toEqual([
      { line: 1_001, teamId: 'T1', outcome: 'installed' },
      { line: 1_003, error: expect.stringContaining('is not JSON') },
      { line: 1_004, teamId: 'T2', outcome: 'installed' },
    ]);
    expect(told).toEqual(outcome.lines);
    expect(JSON.stringify(outcome)).not.toContain('xoxb');
    expect((await storage.installations.list({ limit: 5 })).map(({ installation }) => installation.key)).toEqual([
      'T1',
      'T2',
    ]);
  });

  it('an import counts expires_in from its own now', async () => {
    const { run, storage } = await openOperations(engine);
    const line = aLine('T1', { bot_token: 'xoxe.xoxb-test-1', refresh_token: 'xoxe-1-test-1', expires_in: 60 });
    await run(importTeams, { lines: [line] });
    expect(await storage.installations.botCredential('T1')).toMatchObject({ expiresAtMs: NOW_MS + 60_000 });
  });

  it.each([
    ['too many lines', { lines: Array.from({ length: 1_001 }, () => '') }, 'lines must be at most 1000 lines'],
    ['no list', { lines: aLine('T1') }, 'lines must be a list of strings'],
    ['a line that is an object', { lines: [{ bot_token: 'xoxb-test-1' }] }, 'lines.0 must be a string'],
  ])('an import of %s is refused whole, and repeats nothing of it', async (_what, input, words) => {
    const { run, storage } = await openOperations(engine);
    const error = await run(importTeams, input as never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(words) });
    expect(await storage.installations.list({ limit: 1 })).toEqual([]);
  });

  describe('an exchange', () => {
    const withTeams = async (exchange: (token: string) => Promise<SlackAnswer>) => {
      const operations = await openOperations(engine, { exchange });
      await install(operations, 'T1', 'T2', 'T3');
      return operations;
    };

    it('stores a pair for each token, tells each, and says what the next server has to do', async () => {
      const operations = await withTeams((token) => Promise.resolve(aPair(token)));
      const told: ExchangeProgress[] = [];
      const running = operations.run(exchangeTokens, { all: true }, { onProgress: (step) => void told.push(step) });
      const outcome = await passing(operations, running);
      expect(outcome).toMatchObject({
        left: 0,
        stopped: false,
        server: null,
        next: 'no server is running: start one within twelve hours, it keeps the new tokens alive',
      });
      expect(outcome.tokens[0]).toEqual({
        installation: 'T1',
        token: 'bot',
        userId: null,
        outcome: 'exchanged',
        slackError: null,
        advice: null,
        expires: '2026-11-18T23:06:40.000Z',
      });
      expect(told.map((step) => (step.kind === 'token' ? `${step.done} of ${step.total}` : step.kind))).toEqual([
        '1 of 3',
        '2 of 3',
        '3 of 3',
      ]);
      expect(await operations.storage.installations.botCredential('T3')).toMatchObject({ token: 'xoxe.xoxb-test-T3' });
    });

    it('of one team leaves the others alone', async () => {
      const asked: string[] = [];
      const operations = await withTeams((token) => Promise.resolve((asked.push(token), aPair(token))));
      const outcome = await passing(operations, operations.run(exchangeTokens, { teamId: 'T2' }));
      expect(outcome).toMatchObject({ tokens: [{ installation: 'T2', outcome: 'exchanged' }], left: 0 });
      expect(asked).toEqual(['xoxb-test-T2']);
    });

    it('that is ended early says so, with what is left, in the audit as well', async () => {
      const stopping = new AbortController();
      const operations = await withTeams((token) => {
        stopping.abort();
        return Promise.resolve(aPair(token));
      });
      const running = operations.run(exchangeTokens, { all: true }, { signal: stopping.signal });
      expect(await passing(operations, running)).toMatchObject({
        tokens: [{ installation: 'T1', outcome: 'exchanged' }],
        left: 2,
        stopped: true,
      });
      const { entries } = await operations.run(listAudit, { operation: 'teams.exchange' });
      expect(entries).toMatchObject([
        { outcome: 'failed', error: 'interrupted', result: { exchanged: 1, failed: 0, left: 2 } },
      ]);
    });

    it('goes on behind a token that Slack refuses', async () => {
      const operations = await withTeams((token) =>
        Promise.resolve(token.endsWith('T1') ? { kind: 'error', code: 'invalid_token', body: {} } : aPair(token)),
      );
      const outcome = await passing(operations, operations.run(exchangeTokens, { all: true }));
      expect(outcome).toMatchObject({ left: 1 });
      expect(outcome.tokens.map(({ outcome: one, slackError }) => [one, slackError])).toEqual([
        ['refused', 'invalid_token'],
        ['exchanged', null],
        ['exchanged', null],
      ]);
    });

    it('is refused for nothing named, for both, for a team that is not active, and for a classic app', async () => {
      const operations = await openOperations(engine);
      await install(operations, 'T1');
      const codeOf = (input: object) =>
        operations.run(exchangeTokens, input).catch((error: { code?: string }) => error.code);
      expect(await codeOf({})).toBe('invalid_input');
      expect(await codeOf({ teamId: 'T1', all: true })).toBe('invalid_input');
      expect(await codeOf({ teamId: 'T1', perMinute: 6_001 })).toBe('invalid_input');
      expect(await codeOf({ teamId: 'T9' })).toBe('installation_not_found');
      // The settings of this test are a classic app's.
      expect(await codeOf({ all: true })).toBe('invalid_configuration');
      await operations.run(deactivateTeam, { teamId: 'T1' });
      expect(await codeOf({ teamId: 'T1' })).toBe('installation_not_active');
    });

    it('names an installation whose token no key opens, and goes on', async () => {
      const operations = await withTeams((token) => Promise.resolve(aPair(token)));
      await operations.storage.installations.recordInstall(anInstall('T0'));
      await operations.storage.store.run(
        "update credential set token = (select token from credential where installation_key = 'T1') where installation_key = 'T0'",
      );
      const outcome = await passing(operations, operations.run(exchangeTokens, { all: true }));
      expect(outcome.tokens.map(({ installation, outcome: one }) => `${installation} ${one}`)).toEqual([
        'T0 unreadable',
        'T1 exchanged',
        'T2 exchanged',
        'T3 exchanged',
      ]);
    });
  });
});

/** The answer, while the time between two tokens passes. */
async function passing<Answer>(
  { clock }: { clock: { advance(ms: number): Promise<void> } },
  answer: Promise<Answer>,
): Promise<Answer> {
  let isSettled = false;
  const settled = answer.finally(() => (isSettled = true));
  settled.catch(() => {});
  while (!isSettled) await clock.advance(200);
  return await settled;
}
