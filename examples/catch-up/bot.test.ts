/** Praise that was said while the bot had no connection, on a simulated Slack: it counts, once, within what the app may read. */
import { openStage, type Stage } from 'slack-bot-server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { kudosBot } from './bot.ts';
import { listed, unlisted } from './catch-up.ts';

const MINUTE_MS = 60_000;

/** The connections break and cannot be made again, and people go on. */
async function withoutConnection(stage: Stage, talk: () => Promise<void>): Promise<void> {
  await stage.break({ kind: 'outage', how: 'reset' });
  await stage.break({ kind: 'reset' });
  await stage.pass(2_000);
  await talk();
  await stage.pass(2_000);
  await stage.mend();
}

it('an unlisted app reads 15 messages a minute, until everything has counted once', async () => {
  const stage = await openStage({ bot: kudosBot(unlisted), transport: 'rtm', app: { isUnlisted: true } });
  onTestFinished(() => stage.close());
  const ann = stage.person('ann');
  const bob = await stage.person('bob').mention();
  await ann.says(`${bob}++`, { channel: 'general' });
  await stage.pass(1_000);

  const after = await stage.slack.lastSeq();
  await withoutConnection(stage, async () => {
    for (let count = 0; count < 20; count++) await ann.says(`${bob}++ for ${count}`);
  });
  await stage.pass(3 * MINUTE_MS);

  await ann.says('kudos', { to: 'bot' });
  expect(await stage.stable((await ann.sees(/\d/)).text)).toBe('<@bob>: 21');
  const reads = await stage.slack.log({ after, method: 'conversations.history', kind: 'request' });
  expect(reads.filter(({ ok, status }) => !ok && status !== undefined)).toEqual([]);
  const times = reads.filter(({ ok }) => ok).map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThanOrEqual(2);
  expect(times.slice(1).every((atMs, index) => atMs - (times[index] ?? 0) >= MINUTE_MS)).toBe(true);
});

it('over Socket Mode a gap is of all teams, and each reads its own', async () => {
  const stage = await openStage({ bot: kudosBot(listed), transport: 'socket', teams: ['Acme', 'Globex'] });
  onTestFinished(() => stage.close());
  const people = ['Acme', 'Globex'].map((team) => stage.team(team).person('ann'));
  await withoutConnection(stage, async () => {
    for (const ann of people)
      await ann.says(`${await stage.team(ann.team).person('bob').mention()}++`, { channel: 'general' });
  });
  // Slack itself tries again what it could not deliver, so it may come on both ways.
  await stage.pass(2 * MINUTE_MS);
  for (const ann of people) {
    await ann.says('kudos', { to: 'bot' });
    expect(await stage.stable((await ann.sees(/\d/)).text)).toMatch(/^<@[^>]+>: 1$/);
  }
});
