import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, connect, installedSimulator } from '../../test/support/slack.ts';
import { startSimulator } from '../simulator.ts';
import { SimulatorControl } from './simulator-control.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator();
});
afterAll(() => slack.stop());

describe('workspaces', () => {
  it('are made with people and channels of one’s own, and found by id, domain and name', async () => {
    const made = await slack.control.addTeam({
      id: 'T0GAMES000',
      name: 'Game Night',
      users: ['zoe', { name: 'yan', realName: 'Yan Y.' }],
      channels: [{ name: 'chess', members: ['zoe'] }],
    });
    expect(made).toMatchObject({ id: 'T0GAMES000', domain: 'game-night' });
    expect(made.users.map(({ name, realName }) => [name, realName])).toEqual([
      ['zoe', 'Zoe'],
      ['yan', 'Yan Y.'],
    ]);
    expect(made.channels.map(({ name, members }) => [name, members.length])).toEqual([
      ['general', 2],
      ['chess', 1],
    ]);
    for (const reference of ['T0GAMES000', 'game-night', 'Game Night']) {
      expect((await slack.control.team(reference)).id).toBe('T0GAMES000');
    }
  });

  it('refuse a second one with the same id, and a user or channel with the same name', async () => {
    const taken = expect.objectContaining({ code: 'name_taken' });
    await slack.control.addTeam({ id: 'T0TWICE000', name: 'Twice' });
    await expect(slack.control.addTeam({ id: 'T0TWICE000', name: 'Again' })).rejects.toThrow(taken);
    await expect(slack.control.addUser('Twice', { name: 'ann' })).rejects.toThrow(taken);
    await expect(slack.control.addChannel('Twice', { name: 'general' })).rejects.toThrow(taken);
  });
});

describe('installing without the pages', () => {
  it('gives tokens that work', async () => {
    const { botToken, botUserId, botId, userToken } = await slack.control.install({ team: 'Acme', user: 'bob' });
    expect(await call(slack, 'auth.test', botToken)).toMatchObject({ user_id: botUserId, bot_id: botId });
    expect(await call(slack, 'auth.test', userToken)).toMatchObject({ user: 'bob' });
    expect(await slack.control.installs('Acme')).toMatchObject([{ botToken, status: 'active' }]);
  });

  it('can force a new token', async () => {
    await slack.control.addTeam({ name: 'Forced' });
    const first = await slack.control.install({ team: 'Forced' });
    const second = await slack.control.install({ team: 'Forced', forceNewToken: true });
    expect(second.botToken).not.toBe(first.botToken);
    expect(await call(slack, 'auth.test', first.botToken)).toEqual({ ok: false, error: 'token_revoked' });
  });
});

describe('the log', () => {
  it('shows calls with the id of their token, never the token', async () => {
    const after = await slack.control.lastSeq();
    await call(slack, 'auth.test', slack.acme.botToken);
    await call(slack, 'auth.test', 'xoxb-sim-nobody-knows-this-token');
    const records = await slack.control.log({ after, method: 'auth.test' });
    expect(records).toMatchObject([
      { kind: 'request', team: slack.acme.team, status: 200, ok: true, tokenId: slack.acme.botTokenId },
      { kind: 'request', ok: false, error: 'invalid_auth' },
    ]);
    const text = JSON.stringify(await slack.control.log({ limit: 10_000 }));
    expect(text).not.toContain(slack.acme.botToken);
    expect(text).not.toContain('nobody-knows-this-token');
  });

  it('answers whether a token was used after a point in time', async () => {
    const { botToken, botTokenId } = await slack.control.install({ team: 'Acme' });
    const after = await slack.control.lastSeq();
    expect(await slack.control.log({ tokenId: botTokenId, after })).toEqual([]);
    await call(slack, 'team.info', botToken);
    expect(await slack.control.log({ tokenId: botTokenId, after })).toHaveLength(1);
  });

  it('shows the life of a socket and its frames', async () => {
    const after = await slack.control.lastSeq();
    const socket = await connect(slack, slack.acme.botToken);
    socket.send({ type: 'ping', id: 1 });
    await socket.frame(({ type }) => type === 'pong');
    socket.ws.close(1000);
    await slack.control.waitForLog(({ kind }) => kind === 'socket_close', { after });
    const records = await slack.control.log({ after });
    expect(records.map(({ kind, frame }) => [kind, frame])).toEqual([
      ['request', undefined],
      ['socket_open', undefined],
      ['frame_out', 'hello'],
      ['frame_in', 'ping'],
      ['frame_out', 'pong'],
      ['socket_close', undefined],
    ]);
    expect(records.at(-1)).toMatchObject({ by: 'client', code: 1000, team: slack.acme.team });
  });

  it('is waited for without polling, and the wait ends with an error', async () => {
    const after = await slack.control.lastSeq();
    const waiting = slack.control.waitForLog(({ method }) => method === 'users.list', { after });
    await call(slack, 'users.list', slack.acme.botToken);
    expect(await waiting).toMatchObject({ method: 'users.list' });
    const never = slack.control.waitForLog(() => false, { timeoutMs: 30, what: 'a miracle' });
    await expect(never).rejects.toThrow(
      expect.objectContaining({ code: 'timed_out', message: expect.stringContaining('a miracle') }),
    );
  });

  it('can be forgotten', async () => {
    await slack.control.clearLog();
    expect(await slack.control.log()).toEqual([]);
  });
});

describe('faults', () => {
  it('are listed with how often they were hit, and end', async () => {
    const { id } = await slack.control.fault({
      kind: 'refuse',
      error: 'fatal_error',
      method: 'team.info',
      team: 'Acme',
    });
    await call(slack, 'team.info', slack.acme.botToken);
    expect(await slack.control.faults()).toMatchObject([
      { id, kind: 'refuse', hits: 1, spec: { team: slack.acme.team } },
    ]);
    await slack.control.removeFaults(id);
    expect(await slack.control.faults()).toEqual([]);
    await expect(slack.control.removeFaults(id)).rejects.toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('name an unknown team, and fields that are wrong', async () => {
    const unknown = slack.control.fault({ kind: 'close', team: 'Nowhere' });
    await expect(unknown).rejects.toThrow(expect.objectContaining({ code: 'not_found' }));
    const response = await fetch(`${slack.url}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"kind":"refuse"}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'invalid_input', message: expect.stringContaining('error') },
    });
  });
});

describe('the clock', () => {
  it('is moved, stopped and read', async () => {
    await using own = await startSimulator({ clock: { mode: 'manual', startMs: 1_795_400_000_000 } });
    expect(await own.control.advance(5000)).toEqual({ mode: 'manual', nowMs: 1_795_400_005_000 });
    expect((await own.control.setClock({ mode: 'system' })).mode).toBe('system');
    expect((await own.control.clock()).nowMs).toBeGreaterThanOrEqual(1_795_400_005_000);
  });
});

describe('other sites and wrong addresses', () => {
  it('cannot post without saying that it is JSON', async () => {
    const response = await fetch(`${slack.url}/_sim/clock`, { method: 'POST', body: '{"advanceMs":1000}' });
    expect(response.status).toBe(400);
  });

  it('get a clear answer', async () => {
    expect((await fetch(`${slack.url}/_sim/nothing`)).status).toBe(404);
    const nobody = new SimulatorControl('http://127.0.0.1:9');
    await expect(nobody.status()).rejects.toThrow(expect.objectContaining({ code: 'simulator_unreachable' }));
  });
});
