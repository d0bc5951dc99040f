/**
 * A process that is frozen while something of it is on its way to Slack wakes up when its work is another's: nothing leaves then. The
 * gate had said yes; what was missing is a connection, which a proxy holds up here for as long as the process is frozen. Witness: the
 * simulator's log.
 */
import type { WebClient } from '@slack/web-api';
import { expect, it } from 'vitest';
import { MovedLease } from '../src/ownership/moved-lease.test-kit.ts';
import { startHoldingProxy } from './holding-proxy.test-kit.ts';
import { openHttpScene } from './http-scene.test-kit.ts';

const general = { channel: 'C1', text: 'late' };
const codeOf = (error: { original?: { code?: string }; code?: string }) => error.original?.code ?? error.code;

it('a node that wakes up without its lease sends nothing that was on its way, whatever it is', async () => {
  const proxy = await startHoldingProxy();
  const lease = new MovedLease();
  const mayAnswer = Promise.withResolvers<void>();
  const ends: unknown[] = [];
  const note = (name: string, sent: Promise<unknown>) =>
    sent.then(
      () => ends.push(`${name} was sent`),
      (error) => ends.push(`${name}: ${codeOf(error)}`),
    );
  const begun: string[] = [];
  const { scene, acme } = await openHttpScene({
    httpsProxy: proxy.url,
    tuning: { ownership: lease.ownership },
    setUp({ bot }) {
      bot.message('slow', async ({ client, context }) => {
        begun.push('message');
        await mayAnswer.promise;
        const stream = context.stream();
        await Promise.all([
          note('call', client.chat.postMessage(general)),
          note(
            'stream',
            stream.append('late').then(() => stream.stop()),
          ),
        ]);
      });
      bot.command('/stan', async ({ ack, respond }) => {
        await ack();
        begun.push('command');
        await mayAnswer.promise;
        await note('answer', respond('late'));
      });
    },
  });
  const kept: WebClient = await scene.server.client(acme.id);
  const channel = { team: acme.id, channel: 'general' };
  await scene.slack.say({ ...channel, text: 'slow' });
  await scene.during(scene.slack.act({ kind: 'slash', ...channel, command: '/stan' }));
  await scene.pass(1_000);
  expect(begun.sort()).toEqual(['command', 'message']);

  const after = await scene.slack.lastSeq();
  const isHeld = proxy.hold();
  mayAnswer.resolve();
  const sent = note('kept client', kept.chat.postMessage(general));
  await isHeld;
  await scene.pass(500);
  expect(ends).toEqual([]);
  await lease.freeze();
  proxy.release();
  await scene.during(sent);
  await scene.pass(2_000);
  expect(ends.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'answer: fenced',
    'call: fenced',
    'kept client: fenced',
    'stream: fenced',
  ]);
  expect(await scene.slack.log({ after, kind: 'request' })).toEqual([]);
  // What is begun under the new lease is sent.
  expect(await scene.during(kept.chat.postMessage({ ...general, channel: '#general' }))).toMatchObject({ ok: true });
});
