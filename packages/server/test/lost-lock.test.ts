/** The lock of a SQLite database that somebody deletes or replaces under its server: another one may run by now. */
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { openHttpScene } from './http-scene.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';

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

async function readiness(scene: Scene): Promise<object> {
  const answer = await fetch(`${scene.url}/readyz`);
  return { status: answer.status, ...((await answer.json()) as object) };
}
