/** What becomes of many teams whose sockets fall silent together, as the simulator's log tells it. */
import type { FaultRequest, LogRecord } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import { isSocketOpen, Scene } from './scene.test-kit.ts';

const TEAMS = Array.from({ length: 40 }, (_, i) => `Team ${String(i + 1).padStart(2, '0')}`);
/** Of a thousand as well: the last ping goes out after ten seconds of silence, and five more are the limit of its answer. */
const NOTICED_WITHIN_MS = 20_000;

/** All connected, and idle since. */
async function withTeams() {
  const scene = await Scene.open({ teams: TEAMS.map((name) => ({ name })), ioPatienceMs: 15 });
  const lines = await scene.linesOf(TEAMS);
  await scene.importTeams(lines);
  await scene.start();
  for (const { team_id: id } of lines) await scene.until(isSocketOpen(id));
  await scene.pass(12_000, 1_000);
  return { scene, ids: lines.map(({ team_id }) => team_id) };
}

async function socketRecords(scene: Scene, kind: 'socket_open' | 'socket_close', after: number): Promise<LogRecord[]> {
  return await scene.slack.log({ kind, after, limit: 100_000 });
}

it('40 dead ones at once are all noticed within 20 s and replaced at the pace of the limiter, once each', async () => {
  const { scene, ids } = await withTeams();
  const after = await scene.slack.lastSeq();
  const mutedAtMs = scene.clock.now();
  await scene.slack.fault({ kind: 'mute' });
  for (const id of ids) await scene.until(isSocketOpen(id), { after });
  const gone = await socketRecords(scene, 'socket_close', after);
  expect(new Set(gone.map(({ team }) => team))).toEqual(new Set(ids));
  expect(Math.max(...gone.map(({ atMs }) => atMs)) - mutedAtMs).toBeLessThanOrEqual(NOTICED_WITHIN_MS);
  await scene.pass(60_000, 1_000);
  expect(await socketRecords(scene, 'socket_open', after)).toHaveLength(TEAMS.length);
  expect(await scene.slack.sockets()).toHaveLength(TEAMS.length);
  await scene.greet(TEAMS[0] ?? '');
});

describe('in an outage of two minutes that the sockets survive', () => {
  it.each<[string, FaultRequest]>([
    ['rtm.connect fails', { kind: 'server_error', method: 'rtm.connect' }],
    ['sockets are refused', { kind: 'refuse_sockets', how: 'reset' }],
    ['new sockets get no hello', { kind: 'no_hello' }],
    ['new sockets are closed after hello', { kind: 'accept_then_close', when: 'after_hello' }],
  ])('none is dropped while %s, and what was said meanwhile is answered', async (_, fault) => {
    const { scene, ids } = await withTeams();
    const before = await scene.slack.sockets();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'mute', forMs: 120_000 });
    await scene.slack.fault(fault);
    await scene.pass(60_000, 1_000);
    await scene.slack.say({ team: ids[0] ?? '', to: 'bot', text: 'hi' });
    await scene.pass(61_000, 1_000);
    await scene.slack.removeFaults();
    await scene.until(({ kind, method }) => kind === 'request' && method === 'chat.postMessage', { after });
    await scene.pass(30_000, 1_000);
    expect((await scene.slack.sockets()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });
});
