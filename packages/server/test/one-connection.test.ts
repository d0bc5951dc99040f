/** P5: one answering connection per team, and one answer per message, whatever happens to sockets. Counted by the simulator. */

import type { FaultRequest, LogRecord } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import { isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';

async function withAcme() {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start();
  return { scene, acme: await scene.join('Acme') };
}

/** The largest number of sockets that were open at once, as the log tells it. */
function mostSockets(records: readonly LogRecord[]): number {
  let open = 0;
  let most = 0;
  for (const { kind } of records) {
    if (kind === 'socket_open') open++;
    if (kind === 'socket_close') open--;
    most = Math.max(most, open);
  }
  return most;
}

describe('a team has one socket at any time', () => {
  it.each<[string, FaultRequest]>([
    ['a close frame', { kind: 'close' }],
    ['a close frame without a code', { kind: 'close', code: null }],
    ['the end of TCP', { kind: 'close', code: 1006 }],
    ['a reset', { kind: 'reset' }],
    ['silence', { kind: 'mute' }],
    ['an integration that is switched off and on', { kind: 'disable_integration' }],
  ])('also after %s', async (_name, fault) => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ ...fault, team: acme.id } as FaultRequest);
    await scene.slack.fault({ kind: 'enable', team: acme.id });
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.greet('Acme');
    await scene.pass(30_000, 1_000);
    expect(mostSockets(await scene.slack.log({ team: acme.id }))).toBe(1);
    expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
  });

  it('also when it registers again three times at once', async () => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await Promise.all([scene.register('Acme'), scene.register('Acme'), scene.register('Acme')]);
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.pass(30_000, 1_000);
    expect(mostSockets(await scene.slack.log({ team: acme.id }))).toBe(1);
    await scene.greet('Acme');
    expect(await scene.callsOf('chat.postMessage', { after })).toHaveLength(1);
  });

  it('also across a restart of the server, whose sockets it closes by plan', async () => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.stop();
    const closed = await scene.until(isSocketClosed(acme.id), { after });
    expect(closed).toMatchObject({ code: 1000, by: 'client' });
    await scene.start();
    await scene.until(isSocketOpen(acme.id), { after });
    expect(mostSockets(await scene.slack.log({ team: acme.id }))).toBe(1);
  });
});

describe('a planned successor', () => {
  it('is opened on goodbye before the old socket goes, and the old one is closed by us', async () => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'goodbye', team: acme.id, closeAfterMs: 60_000 });
    const opened = await scene.until(isSocketOpen(acme.id), { after });
    const closed = await scene.until(isSocketClosed(acme.id), { after });
    expect(closed).toMatchObject({ code: 1000, by: 'client' });
    expect(closed.seq).toBeGreaterThan(opened.seq);
    await scene.pass(120_000, 1_000);
    expect(mostSockets(await scene.slack.log({ team: acme.id }))).toBe(2);
    expect(await scene.slack.sockets(acme.id)).toMatchObject([{ id: opened.socket }]);
  });

  it('answers each message once, also those that arrive on both sockets', async () => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    // Without hello the old socket stays: from here on Slack sends every event to both.
    await scene.slack.fault({ kind: 'no_hello', team: acme.id, count: 1 });
    await scene.slack.fault({ kind: 'goodbye', team: acme.id, closeAfterMs: 60_000 });
    await scene.until(isSocketOpen(acme.id), { after });
    for (const text of ['hi one', 'hi two', 'hi three']) await scene.slack.say({ team: acme.id, to: 'bot', text });
    await scene.pass(30_000, 1_000);
    const delivered = (await scene.slack.log({ after, kind: 'frame_out' })).filter(({ text }) =>
      text?.includes('hi one'),
    );
    expect(delivered.length).toBeGreaterThanOrEqual(2);
    expect(await scene.callsOf('chat.postMessage', { after })).toHaveLength(3);
    await scene.greet('Acme');
    expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
  });

  it('answers each message once when Slack sends every frame twice', async () => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'duplicate', team: acme.id });
    for (const text of ['hi one', 'hi two']) await scene.slack.say({ team: acme.id, to: 'bot', text });
    await scene.pass(10_000, 1_000);
    expect(await scene.callsOf('chat.postMessage', { after })).toHaveLength(2);
  });
});
