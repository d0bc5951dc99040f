/** The primary is killed and its standby promoted while events come: whatever got a 200 is handled, and the team stays. */
import { createHmac } from 'node:crypto';
import type { AppSeed } from 'slack-simulator';
import { expect, it, onTestFinished } from 'vitest';
import { importLines } from '../src/operations/teams/import-lines.ts';
import { PostgresPair } from '../src/store/postgres-pair.test-kit.ts';
import { openStorage } from '../src/wiring/create-storage.ts';
import { SIGNING_SECRET, startHttp } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const AT_ONCE = 8;

const app: AppSeed = {
  kind: 'granular',
  signingSecret: SIGNING_SECRET,
  botScopes: ['channels:history', 'chat:write'],
  eventSubscriptions: ['message.channels'],
};

it('loses no event that was accepted, and no team', async () => {
  const pair = await PostgresPair.start();
  onTestFinished(() => pair[Symbol.asyncDispose]());
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], app });
  const handled: string[] = [];
  const database = { databaseUrl: pair.url(), encryptionKeys: Buffer.alloc(32, 7).toString('base64') };
  const storage = await openStorage(database, { clock: scene.clock });
  for await (const line of importLines([JSON.stringify(await scene.lineOf('Acme'))], storage.installations)) {
    expect(line).toMatchObject({ outcome: 'installed' });
  }
  await storage.close();
  await startHttp(scene, {
    ...database,
    setUp: ({ bot }) => bot.message(async ({ body }) => void handled.push(body.event_id)),
  });
  const { id: teamId } = await scene.slack.team('Acme');
  await scene.pass(2_000);
  const [{ id: appId } = { id: '' }] = await scene.slack.apps();
  const sent = { accepted: [] as string[], refused: 0, total: 0, isOver: false };
  const send = async () => {
    while (!sent.isOver) {
      const eventId = `Ev${++sent.total}`;
      const status = await post(scene, anEvent({ eventId, teamId, appId, at: sent.total }));
      if (status === 200) sent.accepted.push(eventId);
      else sent.refused++;
    }
  };
  const sending = Array.from({ length: AT_ONCE }, send);
  await until(scene, () => sent.accepted.length > 50);
  await pair.failover();
  const before = sent.accepted.length;
  await until(scene, () => sent.accepted.length > before + 50);
  sent.isOver = true;
  await Promise.all(sending);
  const isMissing = () => sent.accepted.filter((id) => !handled.includes(id));
  await until(scene, () => isMissing().length === 0);
  expect(isMissing()).toEqual([]);
  expect(handled.length).toBe(new Set(handled).size);
  // It was an outage, and no team's fault.
  expect(await scene.slack.log({ kind: 'request', method: 'auth.test', limit: 100 })).toEqual([]);
}, 180_000);

/** Real time passes for the database, moved time for the server. */
async function until(scene: Scene, isTrue: () => boolean): Promise<void> {
  for (let look = 0; look < 300 && !isTrue(); look++) await scene.pass(100, 100);
  expect(isTrue()).toBe(true);
}

function anEvent(of: { eventId: string; teamId: string; appId: string; at: number }): object {
  const ts = `1795000000.${String(of.at).padStart(6, '0')}`;
  return {
    type: 'event_callback',
    event_id: of.eventId,
    team_id: of.teamId,
    api_app_id: of.appId,
    event: {
      type: 'message',
      channel: `C${of.at}`,
      channel_type: 'channel',
      user: 'UANN',
      text: 'hi',
      ts,
      event_ts: ts,
    },
  };
}

async function post(scene: Scene, body: object): Promise<number> {
  const text = JSON.stringify(body);
  const timestamp = String(Math.floor(scene.clock.now() / 1_000));
  const digest = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${text}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  };
  return (await fetch(`${scene.url}/slack/events`, { method: 'POST', headers, body: text })).status;
}
