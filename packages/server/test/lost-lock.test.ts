/** The lock of a SQLite database that somebody deletes or replaces under its server: another one may run by now. */
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { CliProcess, environmentOf } from './cli.test-kit.ts';
import { openHttpScene, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { postEvent } from './org-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { openSocketScene } from './socket-scene.test-kit.ts';

/** The file is looked at each second, in real time. */
const SOON = { timeout: 15_000, interval: 100 };

const replace = async (path: string) => {
  await copyFile(path, `${path}.copy`);
  await rename(`${path}.copy`, path);
};

const losses: [string, (databasePath: string) => Promise<void>][] = [
  ['the lock is deleted', (path) => rm(`${path}.lock`)],
  ['the lock is replaced', (path) => writeFile(`${path}.new`, '').then(() => rename(`${path}.new`, `${path}.lock`))],
  ['the database is replaced', replace],
];

it.each(losses)('a server acts for nobody, and says what to do, when %s', async (_what, lose) => {
  const handled: string[] = [];
  const { scene, acme } = await openHttpScene({
    setUp: ({ bot }) =>
      bot.message(async ({ message }) => void handled.push(String('text' in message && message.text))),
  });
  const say = (text: string) => scene.slack.say({ team: acme.id, to: 'bot', text });
  await say('before');
  await scene.pass(2_000);
  expect(handled).toEqual(['before']);
  await lose(scene.databasePath);
  await vi.waitFor(async () => expect(await readiness(scene)).toMatchObject({ checks: { ownership: 'fenced' } }), SOON);
  expect(await readiness(scene)).toMatchObject({
    status: 503,
    reasons: { ownership: expect.stringContaining('start this one again') },
  });
  await say('after');
  await scene.pass(3_000);
  expect(handled).toEqual(['before']);
  const after = await scene.slack.lastSeq();
  const call = scene.server.client(acme.id).then((client) => client.auth.test());
  await expect(scene.during(call)).rejects.toThrow('the lease of this process is over');
  expect(await scene.slack.log({ kind: 'request', after })).toEqual([]);
  const lines = scene.logLines.filter((line) => line.includes('the lock on the database is lost'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('stop any other, and start this one again');
});

it('a server that has lost its lock answers no event 200, so that each reaches the server that has it, once', async () => {
  const { scene, acme } = await openHttpScene({ setUp: ({ bot }) => bot.message(async () => {}) });
  const handledFile = join(scene.folder, 'handled');
  const bot = join(scene.folder, 'bot.mjs');
  await writeFile(handledFile, '');
  await writeFile(bot, BOT);
  await rm(`${scene.databasePath}.lock`);
  const second = new CliProcess(['start', bot], {
    ...(await environmentOf(scene)),
    SLACK_TRANSPORT: 'http',
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_SCOPES: 'chat:write',
    HANDLED_FILE: handledFile,
  });
  const [, url = ''] = await second.printed(/"url":"([^"]+)","msg":"listening"/);
  const post = async (nth: number, to?: string) =>
    await postEvent(scene, messageEvent(nth), { team_id: acme.id, event_id: `EvLOCK${nth}` }, to);
  const ofFirst = [await post(1), await post(2)];
  const ofSecond = [await post(1, url), await post(2, url), await post(3, url)];
  expect([ofFirst, ofSecond]).toEqual([
    [503, 503],
    [200, 200, 200],
  ]);
  const handled = async () => (await readFile(handledFile, 'utf8')).split('\n').filter(Boolean);
  await vi.waitFor(async () => expect(await handled()).toHaveLength(3), SOON);
  expect((await second.end()).code).toBe(0);
  expect((await handled()).toSorted()).toEqual(['EvLOCK1', 'EvLOCK2', 'EvLOCK3']);
  await scene.stop();
}, 60_000);

it.each(['rtm', 'socket'] as const)(
  'its connections over %s are closed: another server has them',
  async (transport) => {
    const { scene, team } = transport === 'rtm' ? await overRtm() : await overSocketMode();
    expect(await scene.slack.sockets(team)).toHaveLength(transport === 'rtm' ? 1 : 2);
    await rm(`${scene.databasePath}.lock`);
    await vi.waitFor(async () => expect(await scene.slack.sockets(team)).toEqual([]), SOON);
  },
);

async function overRtm() {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start();
  return { scene, team: (await scene.join('Acme')).id };
}

async function overSocketMode() {
  return { scene: (await openSocketScene()).scene, team: undefined };
}

/** Writes the id of each event that it handles. */
const BOT = `import { appendFileSync } from 'node:fs';
export default ({ bot }) => {
  bot.message(async ({ body }) => appendFileSync(process.env.HANDLED_FILE, body.event_id + '\\n'));
};
`;

function messageEvent(nth: number): object {
  const ts = `1795000000.00000${nth}`;
  return { type: 'message', channel: 'C1', channel_type: 'channel', user: 'UANN', text: 'hi', ts, event_ts: ts };
}

async function readiness(scene: Scene): Promise<object> {
  const answer = await fetch(`${scene.url}/readyz`);
  return { status: answer.status, ...((await answer.json()) as object) };
}
