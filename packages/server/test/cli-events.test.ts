/** `slack-bot-server events …` as processes, beside a running server and without one. */
import { describe, expect, it, vi } from 'vitest';
import { engines } from '../src/store/store-fixture.test-kit.ts';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { isPostIn, Scene, type SceneOptions, type StartOptions } from './scene.test-kit.ts';

/** What `events list --json` prints of each event, and `events show --json` with the payload. */
interface EventRow {
  seq: number;
  eventId: string;
  state: string;
  attempts: number;
  payload: { event: { text: string } } | null;
}

/** Runs `events …` with the scene's database. Time stands still. */
async function events(scene: Scene, ...words: string[]) {
  return await runCli(['events', ...words], await environmentOf(scene));
}

async function listed(scene: Scene, ...words: string[]): Promise<EventRow[]> {
  const { stdout } = await events(scene, 'list', '--json', ...words);
  return (JSON.parse(stdout) as { events: EventRow[] }).events;
}

/** Says which attempt it is, and breaks at the first: with a token and a line break in what it says. */
const breaksOnce: NonNullable<StartOptions['setUp']> = ({ bot }) => {
  bot.message('crash', async ({ context, say }) => {
    await say(`attempt ${context.attempt}`);
    if (context.attempt === 1) throw new Error('the listener broke\nwith xoxb-very-secret');
  });
};

/** Somebody in each team writes what the bot breaks on. */
async function withFailedEvents({
  teams = ['Acme'],
  database = 'sqlite',
}: { teams?: string[] } & Pick<SceneOptions, 'database'> = {}) {
  const scene = await Scene.open({ teams: teams.map((name) => ({ name })), database });
  await scene.start({ setUp: breaksOnce });
  const conversations: { team: string; channel: string }[] = [];
  for (const name of teams) {
    const { id: team } = await scene.join(name);
    const after = await scene.slack.lastSeq();
    const { channel } = await scene.slack.say({ team, to: 'bot', text: 'crash now' });
    await scene.until(isPostIn(team), { after });
    conversations.push({ team, channel });
  }
  // The failure is written down after the post.
  await scene.pass(1_000);
  const answers = async (which = 0) => {
    const messages = await scene.slack.messages(conversations[which] ?? { team: '', channel: '' });
    return messages.filter(({ isBot }) => isBot).map(({ text }) => text);
  };
  return { scene, teams: conversations.map(({ team }) => team), answers };
}

describe.each(engines)('beside a running server on %s', (database) => {
  it('a failed event is listed, shown with what Slack sent, run again by a replay, and done', async () => {
    const {
      scene,
      teams: [acme = ''],
      answers,
    } = await withFailedEvents({ database });
    const [failed, ...others] = await listed(scene, 'status:failed');
    expect(others).toEqual([]);
    expect(failed).toMatchObject({ teamId: acme, type: 'message', attempts: 1, error: { code: 'listener_failed' } });
    const eventId = failed?.eventId ?? '';
    const shown = await events(scene, 'show', eventId);
    expect(shown.stdout).toMatch(/^error +listener_failed: the listener broke\\nwith \[token\]$/m);
    expect(shown.stdout).toContain('"text": "[9 characters]"');

    const after = await scene.slack.lastSeq();
    const replayed = await events(scene, 'replay', eventId, '--json');
    expect(JSON.parse(replayed.stdout)).toMatchObject({ replayed: 1, server: process.pid });
    await scene.until(isPostIn(acme), { after, withinMs: 1_500 });
    expect(await answers()).toEqual(['attempt 1', 'attempt 2']);
    await scene.pass(1_000);

    expect(await listed(scene)).toEqual([]);
    const done = await listed(scene, 'status:done');
    expect(done).toContainEqual(expect.objectContaining({ eventId, attempts: 2 }));
    expect((await events(scene, 'show', eventId)).stdout).toContain('the payload is gone');
    const again = await events(scene, 'replay', eventId);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('its state is done') });
  });
});

describe('beside a running server', () => {
  it('filters say which failed events are discarded or replayed, and a table is printed for people', async () => {
    const {
      scene,
      teams: [acme = '', globex = ''],
      answers,
    } = await withFailedEvents({ teams: ['Acme', 'Globex'] });
    const [first, second] = await listed(scene);
    expect(await listed(scene, '--', `-team:${acme}`)).toEqual([first]);
    expect(await listed(scene, `team:${acme}`, 'type:message')).toEqual([second]);
    const groups = await events(scene, 'groups');
    expect(groups.stdout).toMatch(
      /^2 +2 +listener_failed +packages\/server\/test\/cli-events\.test\.ts:\d+:\d+ +message /m,
    );
    const { stdout } = await events(scene, 'list', '--limit', '1');
    expect(stdout).toMatch(/^SEQ +EVENT +TEAM +TYPE +STATE +ATTEMPTS +RECEIVED +ERROR\n/);
    expect(stdout).toMatch(
      /failed +1 +\S+Z +listener_failed: the listener broke\\nwith \[token\]\nmore: --cursor \S+\n$/,
    );
    const [, cursor = ''] = /^more: --cursor (\S+)$/m.exec(stdout) ?? [];
    const rest = await events(scene, 'list', '--cursor', cursor, '--json');
    expect(JSON.parse(rest.stdout)).toMatchObject({ events: [second], nextCursor: null });
    const page = JSON.parse((await events(scene, 'list', '--limit', '1', '--json')).stdout) as object;
    expect(page).toEqual({ events: [first], nextCursor: cursor });

    const unasked = await events(scene, 'discard', '--team', acme);
    expect(unasked).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('This would discard 1 event: pass --yes'),
    });
    const counted = await events(scene, 'discard', '--team', acme, '--since', '1h', '--dry-run');
    expect(counted).toMatchObject({ code: 0, stdout: '1 event would be discarded\nnothing was changed\n' });
    expect(await listed(scene, 'status:failed')).toHaveLength(2);
    const discarded = await events(scene, 'discard', '--team', acme, '--yes');
    expect(discarded).toMatchObject({ code: 0, stdout: '1 event discarded\n', stderr: '' });
    const none = await events(scene, 'discard', '--type', 'reaction_added');
    expect(none).toMatchObject({ code: 0, stdout: 'no failed event matches\n' });
    const after = await scene.slack.lastSeq();
    const replayed = await events(scene, 'replay', '--all', '--yes');
    expect(replayed.stdout).toBe(
      '1 event to be run again\nthe running server starts within two seconds, with a few of each team at a time\n' +
        'replay 1: `slack-bot-server replays` says how far it is\n',
    );
    await scene.until(isPostIn(globex), { after, withinMs: 4_000 });
    await scene.pass(5_000);
    expect([await answers(0), await answers(1)]).toEqual([['attempt 1'], ['attempt 1', 'attempt 2']]);
    expect(await listed(scene)).toEqual([]);
    const replays = await runCli(['replays'], await environmentOf(scene));
    expect(replays.stdout).toMatch(/^REPLAY +STATE .*\n1 +done +\S+Z +cli:\S+ +1 +1 +\{\}\n$/);
  });

  it('a replay of many events whose listeners hang delays no new event, of the same team or another', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
    await scene.start({
      setUp({ bot }) {
        bot.message('hang', async ({ context }) => {
          if (context.attempt === 1) throw new Error('the listener broke');
          await new Promise(() => {});
        });
        bot.message('hi', async ({ say }) => void (await say('hello')));
      },
    });
    const [acme, globex] = [await scene.join('Acme'), await scene.join('Globex')];
    for (let n = 0; n < 40; n++) await scene.slack.say({ team: acme.id, to: 'bot', text: `hang ${n}` });
    await vi.waitFor(
      async () => {
        await scene.pass(1_000);
        expect(await listed(scene, 'status:failed')).toHaveLength(40);
      },
      { timeout: 30_000 },
    );
    expect(await events(scene, 'replay', '--all', '--yes')).toMatchObject({ code: 0 });
    await scene.pass(5_000);
    for (const { name, id } of [acme, globex]) {
      const after = await scene.slack.lastSeq();
      const askedAtMs = scene.clock.now();
      await scene.slack.say({ team: id, to: 'bot', text: 'hi' });
      await scene.until(isPostIn(id), { after, what: `an answer in ${name}` });
      expect(scene.clock.now() - askedAtMs).toBeLessThan(2_000);
    }
    expect(await listed(scene, 'status:failed')).toHaveLength(30);
  });
});

describe('without a server', () => {
  it('a replay says that none runs, and the next one runs the event again', async () => {
    const {
      scene,
      teams: [acme = ''],
      answers,
    } = await withFailedEvents();
    await scene.stop();
    const { stdout } = await events(scene, 'replay', '--team', acme, '--yes');
    expect(stdout).toContain('1 event to be run again\nno server is running; the next one starts with them\n');
    const [waiting] = await listed(scene);
    expect(waiting).toMatchObject({ state: 'failed', attempts: 1 });
    const texts = { ...(await environmentOf(scene)), ADMIN_SHOW_TEXTS: 'true' };
    expect((await runCli(['events', 'show', waiting?.eventId ?? ''], texts)).stdout).toContain('"text": "crash now"');
    const after = await scene.slack.lastSeq();
    await scene.start({ setUp: breaksOnce });
    await scene.until(isPostIn(acme), { after });
    expect(await answers()).toEqual(['attempt 1', 'attempt 2']);
  });

  it('exits 2 when it is not said which events, and 1 for an id that is not there', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    // A command makes no database, and says first that there is none.
    await scene.importTeams(await scene.linesOf(['Acme']));
    const [nothing, both, limit, state, unknown, shown] = await Promise.all([
      events(scene, 'discard'),
      events(scene, 'replay', 'Ev1', '--all'),
      events(scene, 'list', '--limit', '0'),
      events(scene, 'list', 'status:lost'),
      events(scene, 'replay', 'Ev1', '--json'),
      events(scene, 'show', 'Ev1'),
    ]);
    expect([nothing, both, limit, state].map(({ code }) => code)).toEqual([2, 2, 2, 2]);
    expect(nothing.stderr).toContain(
      'Name the failed events: an EVENT_ID, or --where QUERY, --team, --type and others, or --all',
    );
    for (const { code, stdout, stderr } of [unknown, shown]) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /No event Ev1 in the inbox\n +fix: `slack-bot-server events list` shows those that are stored/,
      );
    }
  });
});
