/** The faults of deliveries hold for RTM as well: its frames are lost, twice, late, or after the next one. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, installedSimulator, type Json } from '../../test/support/slack.ts';

async function simulator() {
  const slack = await installedSimulator({ clock: { mode: 'manual' } });
  onTestFinished(() => slack.stop());
  return {
    slack,
    say: (text: string) => slack.control.say({ team: 'Acme', channel: 'general', text }),
    open: () => connect(slack, slack.acme.botToken),
  };
}

const isText = (text: string) => (frame: Json) => frame.type === 'message' && frame.text === text;
const texts = (frames: readonly Json[]) => frames.filter(({ type }) => type === 'message').map(({ text }) => text);

describe('on RTM', () => {
  it('delivery_delay holds frames up, and keeps their order', async () => {
    const { slack, say, open } = await simulator();
    using socket = await open();
    await slack.control.fault({ kind: 'delivery_delay', delayMs: 35_000 });
    await say('first');
    await slack.control.advance(5_000);
    await say('second');
    await slack.control.removeFaults();
    await say('on time');
    await socket.frame(isText('on time'));
    await slack.control.advance(29_999);
    await say('just before');
    await socket.frame(isText('just before'));
    await slack.control.advance(1);
    await socket.frame(isText('first'));
    await slack.control.advance(5_000);
    await socket.frame(isText('second'));
    expect(texts(socket.frames)).toEqual(['on time', 'just before', 'first', 'second']);
  });

  it('delivery_drop loses frames of its event, at each socket by itself', async () => {
    const { slack, say, open } = await simulator();
    using one = await open();
    using other = await open();
    await slack.control.fault({ kind: 'delivery_drop', event: 'reaction_added' });
    await say('of another type');
    await slack.control.removeFaults();
    await slack.control.fault({ kind: 'delivery_drop', event: 'message', count: 2 });
    await say('lost');
    await say('heard');
    for (const socket of [one, other]) {
      await socket.frame(isText('heard'));
      expect(texts(socket.frames)).toEqual(['of another type', 'heard']);
    }
  });

  it('delivery_duplicate sends a frame twice', async () => {
    const { slack, say, open } = await simulator();
    using socket = await open();
    await slack.control.fault({ kind: 'delivery_duplicate', event: 'message', count: 1 });
    await say('twice');
    await say('once');
    await socket.frame(isText('once'));
    expect(texts(socket.frames)).toEqual(['twice', 'twice', 'once']);
  });

  it('delivery_reorder sends a frame after the next one, or after five seconds', async () => {
    const { slack, say, open } = await simulator();
    using socket = await open();
    await slack.control.fault({ kind: 'delivery_reorder', count: 1 });
    await say('second');
    await say('first');
    await socket.frame(isText('second'));
    await slack.control.fault({ kind: 'delivery_reorder', count: 1 });
    await say('alone');
    await slack.control.advance(5_000);
    await socket.frame(isText('alone'));
    expect(texts(socket.frames)).toEqual(['first', 'second', 'alone']);
  });

  it('what is held up for a socket that is gone, goes nowhere', async () => {
    const { slack, say, open } = await simulator();
    const gone = await open();
    await slack.control.fault({ kind: 'delivery_delay', delayMs: 1_000, count: 1 });
    await say('late');
    gone.ws.terminate();
    await slack.control.waitForLog(({ kind }) => kind === 'socket_close', { what: 'the end of the socket' });
    using successor = await open();
    await slack.control.advance(1_000);
    await say('heard');
    await successor.frame(isText('heard'));
    expect(texts(successor.frames)).toEqual(['heard']);
  });
});
