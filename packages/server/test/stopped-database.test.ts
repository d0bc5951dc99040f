/** A database that stops under a server of many teams: the log says what is wrong, and not once for each of them. */
import { expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../src/store/postgres-server.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const TEAMS = 20;

it('is said once a minute for each thing that needs it, and not by each team', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const names = Array.from({ length: TEAMS }, (_, n) => `Team ${n}`);
  const scene = await Scene.open({ teams: names.map((name) => ({ name })) });
  await scene.start({ databaseUrl: postgres.url, encryptionKeys: Buffer.alloc(32, 7).toString('base64') });
  const ids: string[] = [];
  for (const name of names) {
    const after = await scene.slack.lastSeq();
    await scene.register(name);
    const opened = await scene.until((record) => record.kind === 'socket_open', { after });
    ids.push(opened.team ?? '');
  }
  const before = scene.logLines.length;
  await postgres.stop();
  for (let round = 0; round < 15; round++) {
    for (const team of ids) await scene.slack.say({ team, to: 'bot', text: 'hi' });
    await scene.pass(1_000, 250);
  }
  const said = scene.logLines.slice(before).map((line) => JSON.parse(line) as { level: number; msg: string });
  const problems = said.filter(({ level }) => level >= 40).map(({ msg }) => msg);
  expect(problems.length).toBeGreaterThan(0);
  expect(Math.max(...problems.map((msg) => problems.filter((other) => other === msg).length))).toBeLessThanOrEqual(2);
}, 300_000);
