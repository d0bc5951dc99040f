/**
 * Answers of AI apps: a person’s Stop ends them on whichever node they are written, a stream that outlives Slack’s limit loses no word,
 * and a drain finishes with what there is. Witness: what the simulated Slack shows and logs, by its clock.
 */
import type { LogRecord } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import type { BotServer, StreamOptions } from '../src/index.ts';
import { hasPgbouncer, startPgbouncer } from '../src/store/pgbouncer.test-kit.ts';
import { openCluster } from './cluster-scene.test-kit.ts';
import { act, openHttpScene, pointAppAt, SIGNING_SECRET, startHttp } from './http-scene.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';

const SUBSCRIPTIONS = ['message.im', 'agent_session_stopped', 'app_uninstalled', 'tokens_revoked'];

/** A bot that says numbered words, one each `everyMs`, until it has said them all or is told to end. */
function talker({ words, everyMs, options = {} }: { words: number; everyMs: number; options?: StreamOptions }) {
  const ends: string[] = [];
  let scene: Scene | undefined;
  const all = Array.from({ length: words }, (_, index) => `word${index} `);
  const setUp = ({ bot }: BotServer) => {
    bot.message('tell', async ({ context, say }) => {
      const stream = context.stream(options);
      try {
        for (const word of all) {
          await stream.append(word);
          await scene?.clock.sleep(everyMs, context.signal);
        }
        await stream.stop();
        ends.push('complete');
      } catch (error) {
        ends.push(`${context.signal.reason?.code} attempt ${context.attempt}`);
        // What does not look at its signal.
        await say('and by the way').catch(() => ends.push('say refused'));
        throw error;
      }
    });
  };
  const text = all.join('');
  return { setUp, ends, text, use: (opened: Scene) => (scene = opened) };
}

/** What the bot wrote in the conversation, message by message. */
async function written(scene: Scene): Promise<string[]> {
  const messages = await scene.slack.messages({ team: 'Acme', to: 'bot' });
  return messages.filter(({ isBot }) => isBot).map(({ text }) => text);
}

async function stopIn(scene: Scene, message: { ts: string }): Promise<LogRecord[]> {
  const where = { team: 'Acme', to: 'bot' as const, threadTs: message.ts };
  await scene.during(scene.slack.act({ kind: 'stop_session', ...where }));
  await scene.pass(1_000, 100);
  const after = await scene.slack.lastSeq();
  await scene.pass(20_000, 1_000);
  return (await scene.slack.log({ after, kind: 'request', limit: 1_000 })).filter(({ ok, method = '' }) =>
    Boolean(ok && method.startsWith('chat.')),
  );
}

const isPosted = ({ kind, method, ok }: LogRecord) =>
  kind === 'request' && method === 'chat.postMessage' && ok === true;
const isAppended = ({ kind, method, ok }: LogRecord) =>
  kind === 'request' && method === 'chat.appendStream' && ok === true;

/** Two nodes, of which a owns all teams. @param isPooled Behind a pgbouncer, where nobody can LISTEN */
async function openPair(setUp: (context: BotServer) => void, { isPooled = false } = {}) {
  const { scene, a, b } = await openCluster(
    {
      teams: [{ name: 'Acme' }],
      app: {
        kind: 'granular',
        signingSecret: SIGNING_SECRET,
        botScopes: ['chat:write', 'im:history', 'im:write', 'commands'],
        eventSubscriptions: SUBSCRIPTIONS,
      },
    },
    async (opened) => ({
      slackTransport: 'http',
      slackSigningSecret: SIGNING_SECRET,
      slackScopes: 'chat:write',
      setUp,
      ...(isPooled && { databaseUrl: await startPgbouncer((await opened.settings()).databaseUrl) }),
    }),
  );
  await scene.importTeams(await scene.linesOf(['Acme']));
  await scene.pass(2_000);
  await pointAppAt(scene);
  const [app] = await scene.slack.apps();
  const deliverTo = ({ url }: { url: string }) =>
    scene.during(scene.slack.updateApp(app?.id ?? '', { requestUrl: `${url}/slack/events` }));
  return { scene, a, b, deliverTo };
}

/** "offer" gives a button, behind which an agent posts message after message, without a stream, and does not look at its signal. */
function offerWork({ bot }: BotServer, sleep: (ms: number) => Promise<void>): void {
  bot.message('offer', async ({ say, message }) => {
    const button = { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'Go' } };
    await say({ text: 'Go?', blocks: [{ type: 'actions', elements: [button] }], thread_ts: message.ts });
  });
  bot.action('go', async ({ ack, client, body }) => {
    await ack();
    const { container } = body as unknown as { container: { channel_id: string; thread_ts: string } };
    const { channel_id, thread_ts } = container;
    await client.apiCall('agents.sessions.setStatus', { channel_id, thread_ts, status: 'processing' });
    for (let word = 0; word < 40; word++) {
      await client.chat.postMessage({ channel: channel_id, text: `word${word} `, thread_ts });
      await sleep(500);
    }
  });
}

describe('a person’s Stop', () => {
  it('ends the answer within a second: nothing more is posted, the listener sees why, and its event counts as handled', async () => {
    const { setUp, ends, text, use } = talker({ words: 100, everyMs: 500 });
    const { scene, errors } = await openHttpScene({ app: { eventSubscriptions: SUBSCRIPTIONS }, setUp });
    use(scene);
    const asked = await scene.slack.say({ team: 'Acme', to: 'bot', text: 'tell' });
    await scene.until(isAppended);
    expect(await stopIn(scene, asked)).toEqual([]);
    expect(ends).toEqual(['stopped_by_user attempt 1', 'say refused']);
    expect(errors).toEqual([]);
    const said = (await written(scene)).join('');
    expect(said).not.toBe('');
    expect(text.startsWith(said)).toBe(true);
    // The conversation goes on.
    await scene.slack.say({ team: 'Acme', to: 'bot', text: 'tell', threadTs: asked.ts });
    const after = await scene.slack.lastSeq();
    await scene.until(isAppended, { after });
    await scene.stop();
  });

  it.each([
    { works: 'the owner, of an event', isButton: false },
    { works: 'a node that owns nothing, of a button', isButton: true },
  ])('that comes to one node ends what is written on another: $works', async ({ isButton }) => {
    const { setUp, ends, use } = talker({ words: 100, everyMs: 500 });
    const { scene, a, b, deliverTo } = await openPair((context) => {
      setUp(context);
      offerWork(context, (ms) => scene.clock.sleep(ms));
    });
    use(scene);
    await deliverTo(isButton ? b : a);
    const asked = await scene.slack.say({ team: 'Acme', to: 'bot', text: isButton ? 'offer' : 'tell' });
    if (isButton) {
      const offered = await scene.until(({ method, ok }) => method === 'chat.postMessage' && ok === true);
      expect(offered.ok).toBe(true);
      const [message] = (await scene.slack.messages({ team: 'Acme', to: 'bot' })).filter(({ isBot }) => isBot);
      await act(scene, { kind: 'block_action', team: 'Acme', to: 'bot', ts: message?.ts ?? '', actionId: 'go' });
    }
    await scene.until(isButton ? isPosted : isAppended, { after: await scene.slack.lastSeq() });
    await deliverTo(isButton ? a : b);
    expect(await stopIn(scene, asked)).toEqual([]);
    if (!isButton) expect(ends).toEqual(['stopped_by_user attempt 1', 'say refused']);
    expect((await written(scene)).join('')).toContain('word0');
  });

  it.skipIf(!hasPgbouncer)(
    'is found by polling behind a pooler, where nobody can LISTEN: within a second the owner of the team writes nothing more',
    async () => {
      const { setUp, ends, use } = talker({ words: 100, everyMs: 500 });
      const { scene, a, b, deliverTo } = await openPair(setUp, { isPooled: true });
      use(scene);
      await deliverTo(a);
      const asked = await scene.slack.say({ team: 'Acme', to: 'bot', text: 'tell' });
      await scene.until(isAppended);
      await deliverTo(b);
      expect(await stopIn(scene, asked)).toEqual([]);
      expect(ends).toEqual(['stopped_by_user attempt 1', 'say refused']);
      expect(scene.logLines.join('')).toContain('rows are polled: behind a pooler LISTEN needs DATABASE_DIRECT_URL');
    },
  );
});

describe('an answer that takes longer than Slack lets a message be written', () => {
  it.each([
    { how: 'goes on in a next message before Slack ends one', options: {} },
    { how: 'goes on where Slack ended one', options: { rollOverMs: 3_600_000 } },
  ])('loses no word: it $how', async ({ options }) => {
    const { setUp, ends, text, use } = talker({ words: 90, everyMs: 10_000, options });
    const { scene } = await openHttpScene({
      app: { eventSubscriptions: SUBSCRIPTIONS },
      dispatcher: { handlerTimeoutMs: 3_600_000 },
      setUp,
    });
    use(scene);
    const asked = await scene.slack.say({ team: 'Acme', to: 'bot', text: 'tell' });
    // A limit, then answers that do not come: once Slack has written the words, and once it gets them much later.
    await scene.until(isAppended);
    await scene.slack.fault({ kind: 'rate_limit', method: 'chat.appendStream', retryAfterSeconds: 30, count: 1 });
    await scene.pass(60_000, 5_000);
    await scene.slack.fault({ kind: 'hold', method: 'chat.appendStream', delayMs: 60_000, count: 1 });
    await scene.pass(90_000, 5_000);
    await scene.slack.fault({ kind: 'slow', method: 'chat.appendStream', delayMs: 60_000, count: 1 });
    for (let passed = 0; ends.length === 0 && passed < 1_200; passed += 10) await scene.pass(10_000, 2_500);
    expect(ends).toEqual(['complete']);
    const said = await written(scene);
    expect(said.join('')).toBe(text);
    expect(said.length).toBeGreaterThanOrEqual(3);
    const messages = await scene.slack.messages({ team: 'Acme', to: 'bot' });
    expect(new Set(messages.filter(({ isBot }) => isBot).map(({ threadTs }) => threadTs))).toEqual(new Set([asked.ts]));
  });
});

it('a stop of the server ends an answer with what there is, and nobody begins it again', async () => {
  const { setUp, ends, text, use } = talker({ words: 100, everyMs: 500 });
  const { scene, errors } = await openHttpScene({ app: { eventSubscriptions: SUBSCRIPTIONS }, setUp });
  use(scene);
  await scene.slack.say({ team: 'Acme', to: 'bot', text: 'tell' });
  await scene.until(isAppended);
  const stopping = scene.server.stop({ graceMs: 4_000 });
  await scene.pass(6_000, 100);
  expect(await scene.during(stopping)).toEqual({ unfinished: 0 });
  expect(ends[0]).toBe('draining attempt 1');
  expect(errors).toEqual([]);
  const said = (await written(scene))[0] ?? '';
  expect(text.startsWith(said) && said.length > 'word0 word1 '.length).toBe(true);
  const last = (await scene.slack.log({ kind: 'request', method: 'chat.stopStream', limit: 10 })).at(-1);
  expect(last).toMatchObject({ ok: true });
  await startHttp(scene, { setUp });
  await pointAppAt(scene);
  await scene.pass(10_000, 1_000);
  expect(ends.filter((end) => end.includes('attempt 2'))).toEqual([]);
});
