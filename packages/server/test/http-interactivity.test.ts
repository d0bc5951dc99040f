/** Commands, buttons and modals over HTTP: what people see when a listener is late, fails or is missing, and when a team is not active. */
import { describe, expect, it } from 'vitest';
import type { InstallationState } from '../src/team/installation.ts';
import { openStorage } from '../src/wiring/create-storage.ts';
import { act, messageOf, openHttpScene } from './http-scene.test-kit.ts';
import { postForm } from './org-scene.test-kit.ts';
import { answerHi, isRequest, type Scene } from './scene.test-kit.ts';

const general = { team: 'Acme', channel: 'general' };
const slash = { kind: 'slash', ...general, command: '/stan' } as const;

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

describe('a payload', () => {
  const payloadOf = (body: object) => ({ payload: JSON.stringify({ user: { id: 'U0ANN' }, ...body }) });

  it('of a dialog that was cancelled, or of a link, is answered 200 without a listener, and no error', async () => {
    const { scene, acme, errors } = await openHttpScene({ setUp: answerHi });
    const team = { id: acme.id, domain: 'acme' };
    const link = { type: 'button', action_id: 'link', block_id: 'b', url: 'https://example.com', action_ts: '1.1' };
    expect(await postForm(scene, payloadOf({ type: 'block_actions', team, actions: [link] }))).toBe('');
    expect(await postForm(scene, payloadOf({ type: 'dialog_cancellation', team, callback_id: 'cb', state: 's' }))).toBe(
      '',
    );
    await scene.pass(3_500, 500);
    expect(errors).toEqual([]);
    expect(scene.logLines.filter((line) => line.includes('Could not determine'))).toEqual([]);
  });

  it('of block_suggestions, as Slack’s documents call it once, reaches the listener of options', async () => {
    const { scene, acme } = await openHttpScene({
      setUp({ bot }) {
        bot.options('assignee', async ({ ack, payload }) => {
          await ack({ options: [{ text: { type: 'plain_text', text: payload.value }, value: 'v' }] });
        });
      },
    });
    const body = {
      type: 'block_suggestions',
      team: { id: acme.id },
      action_id: 'assignee',
      block_id: 'b',
      value: 'jo',
    };
    const answer = JSON.parse(await postForm(scene, payloadOf(body)));
    expect(answer).toEqual({ options: [{ text: { type: 'plain_text', text: 'jo' }, value: 'v' }] });
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

describe('a team whose bot nobody knows yet', () => {
  const initech = { team: 'Initech', channel: 'general' };

  /** Initech is imported without the ids of its bot, and Slack does not answer who that is. The bot answers everything. */
  async function withStranger() {
    const { scene } = await openHttpScene({
      scene: { teams: [{ name: 'Acme' }, { name: 'Globex' }, { name: 'Initech' }] },
      setUp({ bot }) {
        bot.message(async ({ say }) => {
          const row = [{ type: 'button', action_id: 'ok', text: { type: 'plain_text', text: 'OK' } }] as const;
          await say({ text: 'I answer everything', blocks: [{ type: 'actions', elements: [...row] }] });
        });
        bot.command('/stan', async ({ ack, context }) => await ack(`I am ${context.botUserId}`));
        bot.action('ok', async ({ ack, respond }) => {
          await ack();
          await respond('pressed');
        });
      },
    });
    const { bot_user_id: botUserId, bot_id: _, ...line } = await scene.lineOf('Initech');
    const { id: fault } = await scene.slack.fault({ kind: 'hold', method: 'auth.test', team: line.team_id });
    await scene.importTeams([line]);
    await scene.until(isRequest('auth.test', 'request_held'));
    return { scene, botUserId, identify: () => scene.slack.removeFaults(fault) };
  }

  it('answers a command that waited as soon as it is known', async () => {
    const { scene, botUserId, identify } = await withStranger();
    const answer = act(scene, { ...slash, ...initech });
    const isWaiting = () => scene.logLines.some((line) => line.includes('interaction waits for the start of its team'));
    await expect.poll(isWaiting, { interval: 2 }).toBe(true);
    await identify();
    expect(await answer).toMatchObject({ acked: true, message: { text: `I am ${botUserId}` } });
  });

  it('tells whoever gives a command or presses a button that it is starting, when nobody says who it is', async () => {
    const { scene, identify } = await withStranger();
    const notice = expect.stringContaining('just starting in this workspace. Please try again');
    expect(await act(scene, { ...slash, ...initech })).toMatchObject({ isEphemeral: true, message: { text: notice } });
    await identify();
    await scene.slack.say({ ...initech, text: 'hello' });
    await messageOf(scene, initech, 'I answer everything');

    // It is asked anew after another install.
    await scene.slack.fault({ kind: 'hold', method: 'auth.test', team: 'Initech' });
    const after = await scene.slack.lastSeq();
    const {
      team: team_id,
      teamName: name,
      botToken,
    } = await scene.slack.install({ team: 'Initech', forceNewToken: true });
    await scene.importTeams([{ team_id, name, bot_token: botToken }]);
    await scene.until(isRequest('auth.test', 'request_held'), { after });
    expect(await act(scene, { kind: 'block_action', ...initech, actionId: 'ok' })).toMatchObject({ acked: true });
    await scene.pass(1_000);
    expect(await scene.slack.ephemerals(initech)).toContainEqual(expect.objectContaining({ text: notice }));
  });

  it('keeps its events until then, and never answers itself', async () => {
    const { scene, identify } = await withStranger();
    await scene.slack.say({ ...initech, text: 'hello' });
    await scene.pass(10_000, 1_000);
    expect(await scene.callsOf('chat.postMessage')).toEqual([]);
    await identify();
    await messageOf(scene, initech, 'I answer everything');
    await scene.pass(10_000, 1_000);
    expect(await scene.callsOf('chat.postMessage')).toHaveLength(1);
  });
});

describe('the limits of interactions', () => {
  it('are settings of the server', async () => {
    const { scene, errors } = await openHttpScene({
      interactions: { answerMs: 500 },
      setUp: ({ bot }) => bot.command('/stan', async () => await scene.clock.sleep(1_000)),
    });
    expect(await act(scene, slash)).toMatchObject({ acked: false });
    expect(errors).toMatchObject([
      { error: { message: 'No listener of slash_command /stan called ack within 0.5 s' } },
    ]);
  });
});

/** As an operator or a verdict does: writes the row, and gives the server time to see it. */
async function setState(scene: Scene, key: string, state: InstallationState): Promise<void> {
  const storage = await openStorage({ databaseUrl: scene.databasePath }, { clock: scene.clock });
  const view = await storage.installations.find(key);
  if (!view) throw new Error(`No installation ${key}`);
  const expected = { version: view.installation.version, from: view.installation.state.kind };
  await storage.installations.compareAndSetState(key, expected, state, { kind: 'verdict', facts: {} });
  await storage.close();
  await scene.pass(2_000);
}
