/** Commands, buttons and modals over HTTP: what people see when a listener is late, fails or is missing, and when a team is not active. */
import { describe, expect, it } from 'vitest';
import type { InstallationState } from '../src/team/installation.ts';
import { openStorage } from '../src/wiring/storage.ts';
import { act, messageOf, openHttpScene } from './http-scene.test-kit.ts';
import { answerHi, type Scene } from './scene.test-kit.ts';

const general = { team: 'Acme', channel: 'general' };
const slash = { type: 'slash', ...general, command: '/stan' } as const;

describe('a listener', () => {
  it('that acks too late is reported by name and payload type, and its work goes on', async () => {
    const { scene, acme, errors } = await openHttpScene({
      setUp({ bot }) {
        bot.command('/stan', async ({ ack, say }) => {
          await scene.clock.sleep(4_000);
          await ack('too late');
          await say('done all the same');
        });
      },
    });
    expect(await act(scene, slash)).toMatchObject({ acked: false });
    await messageOf(scene, general, 'done all the same');
    expect(errors).toMatchObject([
      {
        teamId: acme.id,
        where: 'interaction',
        error: {
          code: 'ack_missing',
          message: 'No listener of slash_command /stan called ack within 3 s',
          facts: { payloadType: 'slash_command', name: '/stan', teamId: acme.id },
        },
      },
    ]);
    expect(scene.logLines.filter((line) => line.includes('interaction not acknowledged'))).toHaveLength(1);
  });

  it('that is missing is named in the report', async () => {
    const { scene, errors } = await openHttpScene({
      setUp: ({ bot }) => bot.command('/other', async ({ ack }) => await ack()),
    });
    expect(await act(scene, slash)).toMatchObject({ acked: false, failure: 'dispatch_failed' });
    expect(errors).toMatchObject([
      { error: { code: 'ack_missing', message: 'No listener matches slash_command /stan' } },
    ]);
  });

  it('that throws before it acks fails for the person, and is reported like that of an event', async () => {
    const { scene, acme, errors } = await openHttpScene({
      setUp: ({ bot }) => bot.command('/stan', () => Promise.reject(new Error('broken'))),
    });
    expect(await act(scene, slash)).toMatchObject({ acked: false, failure: 'dispatch_failed' });
    expect(errors).toMatchObject([{ teamId: acme.id, where: 'listener', error: { code: 'listener_failed' } }]);
  });

  it('that throws after it acked is reported, and the answer stands', async () => {
    const { scene, errors } = await openHttpScene({
      setUp({ bot }) {
        bot.command('/stan', async ({ ack }) => {
          await ack('fine');
          throw new Error('broken');
        });
      },
    });
    expect(await act(scene, slash)).toMatchObject({ acked: true, message: { text: 'fine' } });
    await scene.pass(1_000);
    expect(errors).toMatchObject([{ where: 'listener', error: { code: 'listener_failed' } }]);
  });

  it('that answers two teams acts for each with its own token', async () => {
    const { scene, acme, globex } = await openHttpScene({
      setUp({ bot }) {
        bot.command('/stan', async ({ ack, say }) => {
          await ack();
          await say('hello');
        });
      },
    });
    await Promise.all([act(scene, slash), act(scene, { ...slash, team: 'Globex' })]);
    await messageOf(scene, general, 'hello');
    await messageOf(scene, { ...general, team: 'Globex' }, 'hello');
    const posts = (await scene.callsOf('chat.postMessage')).map(({ team, tokenId }) => `${team} ${tokenId}`);
    expect(posts.sort()).toEqual([`${acme.id} ${acme.botTokenId}`, `${globex.id} ${globex.botTokenId}`].sort());
  });

  it('that still works behind its answer is waited for when the server stops', async () => {
    const release = Promise.withResolvers<void>();
    const { scene } = await openHttpScene({
      setUp({ bot }) {
        bot.command('/stan', async ({ ack, say }) => {
          await ack();
          await release.promise;
          await say('finished before the end');
        });
      },
    });
    expect(await act(scene, slash)).toMatchObject({ acked: true });
    const stopped = scene.stop();
    release.resolve();
    await stopped;
    expect(await scene.slack.messages(general)).toMatchObject([{ text: 'finished before the end' }]);
  });
});

describe('a team that is not active', () => {
  it('is told by a command where to install the app again', async () => {
    const { scene, acme } = await openHttpScene({ setUp: answerHi });
    await setState(scene, acme.id, { kind: 'inactive', reason: 'operator', sinceMs: scene.clock.now() });
    const { message, isEphemeral } = await act(scene, slash);
    expect(isEphemeral).toBe(true);
    expect(message?.text).toContain(`<${scene.url}/slack/install?team=${acme.id}|Install it again>`);
    expect(await scene.usesOf(acme.botTokenId)).toEqual([]);
  });

  it('is told by a command that the app is paused while it is suspended', async () => {
    const { scene, acme } = await openHttpScene({ setUp: answerHi });
    await setState(scene, acme.id, { kind: 'suspended', reason: 'ekm_access_denied', sinceMs: scene.clock.now() });
    const answer = await act(scene, slash);
    expect(answer).toMatchObject({
      acked: true,
      isEphemeral: true,
      message: { text: expect.stringContaining('paused') },
    });
  });
});

/** As an operator or a verdict does: writes the row, and gives the server time to see it. */
async function setState(scene: Scene, key: string, state: InstallationState): Promise<void> {
  const storage = await openStorage({ databaseUrl: scene.databasePath }, { clock: scene.clock });
  const view = await storage.installations.find(key);
  if (!view) throw new Error(`No installation ${key}`);
  const expected = { version: view.installation.version, from: view.installation.state.kind };
  await storage.installations.compareAndSetState(key, expected, state, { kind: state.kind, facts: {} });
  await storage.close();
  await scene.pass(2_000);
}
