/** A team that its organization or an admin paused: asked rarely, nothing lost for a day, back when Slack answers. */
import { describe, expect, it } from 'vitest';
import { environmentOf, listTeams, runCli } from './cli.test-kit.ts';
import { isPostIn, isRefused, type Scene } from './scene.test-kit.ts';
import { openOn } from './transports.test-kit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PROBE_MS = 5 * MINUTE_MS;

/** Acme is suspended by the answer to a call; what the hooks were told, and what the listeners saw of each message. */
async function withSuspended(transport: 'http' | 'socket') {
  const hooks: string[] = [];
  const { scene, idOf, restart } = await openOn(transport, ['Acme', 'Globex'], {
    setUp: ({ bot, server }) => {
      server.on('suspended', ({ teamId, reason }) => void hooks.push(`${teamId} suspended ${reason}`));
      server.on('reactivated', ({ teamId }) => void hooks.push(`${teamId} reactivated`));
      bot.message(/^hi/, async ({ message, say, context }) => {
        await say(`${'text' in message ? message.text : ''}, attempt ${context.attempt}`);
      });
    },
  });
  const acme = await scene.installed('Acme');
  await scene.slack.fault({ kind: 'refuse', team: acme.id, error: 'org_login_required' });
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await scene.until(isRefused('auth.test', 'org_login_required'));
  await scene.pass(2_000);
  return { scene, acme, hooks, restart, globex: idOf('Globex'), after: await scene.slack.lastSeq() };
}

async function sayIn(scene: Scene, team: string, text: string): Promise<void> {
  await scene.slack.say({ team, to: 'bot', text });
  await scene.pass(1_000);
}

/** What the bot wrote, oldest first. */
async function answersIn(scene: Scene, team: string): Promise<string[]> {
  return (await scene.slack.messages({ team, to: 'bot' })).filter(({ isBot }) => isBot).map(({ text }) => text);
}

describe.each(['http', 'socket'] as const)('a suspended team on %s', (transport) => {
  it('is asked every five minutes, and by nothing but auth.test, while the others go on', async () => {
    const { scene, acme, after, globex } = await withSuspended(transport);
    await scene.strideThrough(HOUR_MS, 10_000);
    const uses = await scene.usesOf(acme.botTokenId, after);
    expect(new Set(uses.map(({ method }) => method))).toEqual(new Set(['auth.test']));
    expect(uses).toHaveLength(HOUR_MS / PROBE_MS);
    for (const [n, use] of uses.entries()) {
      if (n > 0) expect(use.atMs - (uses[n - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(PROBE_MS);
    }
    await sayIn(scene, globex, 'hi');
    expect(await answersIn(scene, globex)).toEqual(['hi, attempt 1']);
    expect(await listTeams(scene)).toContainEqual(
      expect.objectContaining({ name: 'Acme', status: 'suspended', reason: 'org_login_required' }),
    );
  });

  it('gets what came meanwhile once and in order when Slack answers, over a restart of the server as well', async () => {
    const { scene, acme, hooks, after, restart } = await withSuspended(transport);
    await sayIn(scene, acme.id, 'hi 1');
    await scene.strideThrough(10 * HOUR_MS);
    await restart();
    await sayIn(scene, acme.id, 'hi 2');
    await sayIn(scene, acme.id, 'hi 3');
    await scene.strideThrough(10 * HOUR_MS);
    expect(await answersIn(scene, acme.id)).toEqual([]);
    await scene.slack.removeFaults();
    await scene.until(isPostIn(acme.id), { after, withinMs: 2 * PROBE_MS, stepMs: 5_000 });
    await scene.pass(5_000);
    expect(await answersIn(scene, acme.id)).toEqual(['hi 1, attempt 1', 'hi 2, attempt 1', 'hi 3, attempt 1']);
    await scene.strideThrough(10 * MINUTE_MS, 10_000);
    expect(await answersIn(scene, acme.id)).toHaveLength(3);
    expect(hooks).toEqual([`${acme.id} suspended org_login_required`, `${acme.id} reactivated`]);
  });

  it('loses what is older than a day, and nothing else', async () => {
    const { scene, acme, after } = await withSuspended(transport);
    await sayIn(scene, acme.id, 'hi, a day ago');
    await scene.strideThrough(5 * HOUR_MS);
    await sayIn(scene, acme.id, 'hi, today');
    await scene.strideThrough(21 * HOUR_MS);
    await scene.slack.removeFaults();
    await scene.until(isPostIn(acme.id), { after, withinMs: 2 * PROBE_MS, stepMs: 5_000 });
    await scene.strideThrough(10 * MINUTE_MS, 10_000);
    expect(await answersIn(scene, acme.id)).toEqual(['hi, today, attempt 1']);
    expect(scene.logLines.join('\n')).toContain('events kept for more than a day dropped');
  });

  it('is inactive when Slack says meanwhile that the app is gone', async () => {
    const { scene, acme, after } = await withSuspended(transport);
    await sayIn(scene, acme.id, 'hi 1');
    await scene.slack.removeFaults();
    await scene.slack.fault({ kind: 'revoke_token', team: acme.id });
    await scene.until(isRefused('auth.test', 'token_revoked'), { after, withinMs: 2 * PROBE_MS, stepMs: 5_000 });
    const proved = await scene.slack.lastSeq();
    await scene.strideThrough(48 * HOUR_MS);
    expect(await scene.usesOf(acme.botTokenId, proved)).toEqual([]);
    expect(await answersIn(scene, acme.id)).toEqual([]);
  });

  it('is asked at once when the operator wants it', async () => {
    const { scene, acme, after } = await withSuspended(transport);
    await sayIn(scene, acme.id, 'hi 1');
    const refused = await scene.during(runCli(['teams', 'reactivate', acme.id], await environmentOf(scene)));
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining(`${acme.id} stays suspended`)]);
    await scene.slack.removeFaults();
    await scene.during(runCli(['teams', 'reactivate', acme.id], await environmentOf(scene)));
    await scene.until(isPostIn(acme.id), { after, withinMs: 5_000 });
    expect(await answersIn(scene, acme.id)).toEqual(['hi 1, attempt 1']);
  });
});
