/** P1, first half: proof deactivates, whichever way it comes. What follows for the dead token is no-request-after.test.ts. */
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { isRefused, isRequest, isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';

const HOUR_MS = 3_600_000;

/** A scene with Acme connected, and the hooks `deactivated` as they were told. */
async function withAcme({ setUp }: { setUp?: (context: BotServer) => void } = {}) {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  const deactivated: { teamId: string; enterpriseId: string | null; reason: string }[] = [];
  const { server } = await scene.start(setUp ? { setUp } : {});
  server.on('deactivated', (payload) => deactivated.push(payload));
  return { scene, deactivated, acme: await scene.join('Acme') };
}

describe('at the next connect', () => {
  it.each([
    { fault: 'disable_integration', code: 'account_inactive' },
    { fault: 'revoke_token', code: 'token_revoked' },
  ] as const)('a team whose socket closes without a word is deactivated by $code', async ({ fault, code }) => {
    const { scene, deactivated, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: fault, team: acme.id });
    await scene.until(isRefused('rtm.connect', code), { after });
    await scene.pass(5_000);
    expect(deactivated).toEqual([{ teamId: acme.id, enterpriseId: null, reason: code }]);
    expect(await scene.usesOf(acme.botTokenId, after)).toHaveLength(1);
    await scene.strideThrough(48 * HOUR_MS);
    expect(await scene.usesOf(acme.botTokenId, after)).toHaveLength(1);
  });

  it.each(['legacy_custom_bots_deprecated', 'user_removed_from_team', 'team_disabled'])(
    'a team is deactivated by %s, although every other call would still work',
    async (error) => {
      const { scene, deactivated, acme } = await withAcme();
      const after = await scene.slack.lastSeq();
      await scene.slack.fault({ kind: 'refuse', team: acme.id, method: 'rtm.connect', error });
      await scene.slack.fault({ kind: 'close', team: acme.id });
      await scene.until(isRefused('rtm.connect', error), { after });
      await scene.pass(5_000);
      expect(deactivated).toEqual([{ teamId: acme.id, enterpriseId: null, reason: error }]);
      await scene.strideThrough(48 * HOUR_MS);
      expect(await scene.usesOf(acme.botTokenId, after)).toHaveLength(1);
    },
  );

  it('a team whose socket only falls silent is deactivated, too', async () => {
    const { scene, deactivated, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'disable_integration', team: acme.id, sockets: 'mute' });
    await scene.until(isRefused('rtm.connect', 'account_inactive'), { after });
    await scene.pass(5_000);
    expect(deactivated).toEqual([{ teamId: acme.id, enterpriseId: null, reason: 'account_inactive' }]);
    expect(await scene.slack.sockets(acme.id)).toEqual([]);
  });

  it('a team that died while the server was down is deactivated at boot', async () => {
    const { scene, acme } = await withAcme();
    await scene.stop();
    await scene.slack.fault({ kind: 'disable_integration', team: acme.id });
    const after = await scene.slack.lastSeq();
    await scene.start();
    await scene.until(isRefused('rtm.connect', 'account_inactive'), { after });
    await scene.strideThrough(48 * HOUR_MS);
    expect(await scene.usesOf(acme.botTokenId, after)).toHaveLength(1);
    expect(scene.server.status()).toMatchObject({ active: 0, inactive: 1, connected: 0 });
  });
});

describe('at the next call of a listener', () => {
  it('a team whose socket stays open is deactivated: one probe, and its socket is closed by plan', async () => {
    const { scene, deactivated, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'disable_integration', team: acme.id, sockets: 'keep' });
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    const refused = await scene.until(isRefused('chat.postMessage', 'account_inactive'), { after });
    const closed = await scene.until(isSocketClosed(acme.id), { after });
    expect(closed).toMatchObject({ code: 1000, by: 'client' });
    expect(closed.atMs - refused.atMs).toBeLessThanOrEqual(5_000);
    expect(deactivated).toEqual([{ teamId: acme.id, enterpriseId: null, reason: 'account_inactive' }]);
    await scene.strideThrough(48 * HOUR_MS);
    const uses = await scene.usesOf(acme.botTokenId, after);
    expect(uses.map(({ method }) => method)).toEqual(['chat.postMessage', 'auth.test']);
  });

  it('a team is deactivated although the listener swallows the error', async () => {
    const { scene, deactivated, acme } = await withAcme({
      setUp: ({ bot }) => {
        bot.message('hi', async ({ say }) => {
          await say('hello').catch(() => {});
        });
      },
    });
    await scene.slack.fault({ kind: 'revoke_token', team: acme.id, sockets: 'keep' });
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.until(isSocketClosed(acme.id));
    expect(deactivated).toEqual([{ teamId: acme.id, enterpriseId: null, reason: 'token_revoked' }]);
  });

  it('an error about another thing deactivates nobody and asks nothing', async () => {
    const { scene, deactivated, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'refuse', method: 'chat.postMessage', error: 'not_in_channel', count: 1 });
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.until(isRefused('chat.postMessage', 'not_in_channel'), { after });
    await scene.pass(60_000, 1_000);
    expect(await scene.callsOf('auth.test', { after })).toEqual([]);
    expect(deactivated).toEqual([]);
    await scene.greet('Acme');
  });
});

describe('invalid_auth', () => {
  it('deactivates by a second probe thirty seconds later, and nothing else is sent in between', async () => {
    const { scene, deactivated, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'remove_app', team: acme.id });
    const first = await scene.until(isRefused('rtm.connect', 'invalid_auth'), { after });
    await scene.pass(28_000, 1_000);
    expect(deactivated).toEqual([]);
    const second = await scene.until(isRefused('auth.test', 'invalid_auth'), { after });
    expect(second.atMs - first.atMs).toBeGreaterThanOrEqual(29_000);
    await scene.pass(5_000);
    expect(deactivated).toEqual([{ teamId: acme.id, enterpriseId: null, reason: 'invalid_auth' }]);
    await scene.strideThrough(48 * HOUR_MS);
    const uses = await scene.usesOf(acme.botTokenId, after);
    expect(uses.map(({ method }) => method)).toEqual(['rtm.connect', 'auth.test']);
  });

  it('in between an open socket stays, but what is said is not answered before the doubt is over', async () => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'refuse', team: acme.id, error: 'invalid_auth', count: 2 });
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.until(isRefused('auth.test', 'invalid_auth'), { after });
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi again' });
    await scene.pass(25_000, 1_000);
    expect((await scene.usesOf(acme.botTokenId, after)).map(({ method }) => method)).toEqual([
      'chat.postMessage',
      'auth.test',
    ]);
    const posted = await scene.until(isRequest('chat.postMessage'), { after: await lastUse(scene, acme.botTokenId) });
    expect(posted.ok).toBe(true);
    expect(await scene.slack.log({ after, kind: 'socket_open' })).toEqual([]);
  });

  it('followed by an answer that all is well connects the team again', async () => {
    const { scene, deactivated, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'refuse', team: acme.id, error: 'invalid_auth', count: 1 });
    await scene.slack.fault({ kind: 'close', team: acme.id });
    await scene.until(isRefused('rtm.connect', 'invalid_auth'), { after });
    await scene.until(isSocketOpen(acme.id), { after, withinMs: 40_000 });
    await scene.greet('Acme');
    expect(deactivated).toEqual([]);
  });
});

async function lastUse(scene: Scene, tokenId: string): Promise<number> {
  return (await scene.usesOf(tokenId)).at(-1)?.seq ?? 0;
}
