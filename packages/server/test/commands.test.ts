/** The same commands on RTM, Socket Mode, HTTP and as slash commands, in two workspaces and in an organization, on both databases. */
import { WebClient } from '@slack/web-api';
import type { AppSeed, MessageInfo } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import { commands, UserError } from '../src/commands/index.ts';
import type { Engine } from '../src/store/store-fixture.test-kit.ts';
import { addressed, contractBot, HELP, mentioned, overheard } from './commands-contract.test-kit.ts';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { openOrgScene, setAccess } from './org-scene.test-kit.ts';
import { isSocketOpen, Scene, type StartOptions } from './scene.test-kit.ts';
import { APP_TOKEN, openSockets } from './socket-scene.test-kit.ts';
import { type Transport, transports } from './transports.test-kit.ts';

const granular: AppSeed = {
  kind: 'granular',
  botScopes: [
    'app_mentions:read',
    'channels:history',
    'chat:write',
    'commands',
    'im:history',
    'im:write',
    'users:read',
  ],
  // Both: Slack sends a mention twice then, and the bot answers it once.
  eventSubscriptions: ['app_mention', 'message.channels', 'message.im', 'user_change'],
};
const ways: Record<Transport, { app: AppSeed; settings: StartOptions }> = {
  rtm: { app: { kind: 'classic' }, settings: { slackTransport: 'rtm' } },
  http: {
    app: { ...granular, signingSecret: SIGNING_SECRET },
    settings: { slackTransport: 'http', slackSigningSecret: SIGNING_SECRET, slackScopes: ['chat:write'] },
  },
  socket: {
    app: { ...granular, appLevelToken: APP_TOKEN, isSocketModeOn: true },
    settings: { slackTransport: 'socket', slackAppToken: APP_TOKEN, slackScopes: ['chat:write'] },
  },
};

interface Stage {
  scene: Scene;
  errors: string[];
  /** The ids for the words of the table, by workspace. */
  idsIn: Record<'Acme' | 'Globex', Ids>;
}

type Ids = Record<'ann' | 'bob' | 'bot' | 'team', string>;

async function open(
  transport: Transport,
  setUp: NonNullable<StartOptions['setUp']> = contractBot,
  database: Engine = 'sqlite',
): Promise<Stage> {
  const { app, settings } = ways[transport];
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }], app, database });
  await scene.importTeams(await scene.linesOf(['Acme', 'Globex']));
  const errors: string[] = [];
  await scene.start({
    ...settings,
    setUp(context) {
      context.server.on('error', ({ error: { cause } }) => void errors.push((cause as Error).message));
      return setUp(context);
    },
  });
  const idsIn = { Acme: await idsOf(scene, 'Acme'), Globex: await idsOf(scene, 'Globex') };
  if (transport === 'http') await pointAppAt(scene);
  else if (transport === 'socket') await openSockets(scene, 2);
  else for (const { team } of Object.values(idsIn)) await scene.until(isSocketOpen(team));
  await scene.pass(500);
  return { scene, errors, idsIn };
}

async function idsOf(scene: Scene, name: string): Promise<Ids> {
  const { id, users } = await scene.slack.team(name);
  const [installed] = await scene.slack.installs(name);
  const idOf = (person: string) => users.find((user) => user.name === person)?.id ?? expect.fail(person);
  return { ann: idOf('ann'), bob: idOf('bob'), bot: installed?.botUserId ?? expect.fail('no bot'), team: id };
}

const fill = (text: string, ids: Ids) => text.replace(/\$(ann|bob|bot|team)\b/g, (_, name: keyof Ids) => ids[name]);

interface Place {
  team: string;
  channel?: string;
  to?: 'bot';
}

/** What the bot has written in a conversation, once there is so much of it, oldest first. */
async function written(scene: Scene, place: Place, count: number): Promise<MessageInfo[]> {
  for (let looks = 0; looks < 400; looks++) {
    const own = (await scene.slack.messages({ ...place, limit: 1_000 })).filter(({ isBot }) => isBot);
    if (own.length >= count) return own;
    await scene.pass(250);
  }
  throw new Error(`The bot did not write ${count} messages in ${JSON.stringify(place)}`);
}

/** Says all lines, each when those before have all their answers: nobody promises in which order two requests arrive. */
async function answersTo(
  scene: Scene,
  place: Place,
  lines: readonly string[],
  counts: readonly number[] = lines.map(() => 1),
): Promise<string[]> {
  let all = await written(scene, place, 0);
  const before = all.length;
  for (const [index, text] of lines.entries()) {
    await scene.slack.say({ ...place, user: 'ann', text });
    all = await written(scene, place, all.length + (counts[index] ?? 0));
  }
  return all.slice(before).map(({ text }) => text);
}

const general = { team: 'Acme', channel: 'general' };

describe.each(transports)('commands over %s', (transport) => {
  it('are answered as the table says, addressed by mention, alias, emoji, name or directly', async () => {
    const { scene, errors, idsIn } = await open(transport);
    const ids = idsIn.Acme;
    const expected = (table: readonly (readonly [string, string])[]) => table.map(([, answer]) => fill(answer, ids));
    const few = addressed.slice(0, 8);
    for (const [address, table] of [
      ['<@$bot> ', addressed],
      ['pong: ', few],
      [':ping_pong: ', few],
    ] as const) {
      const lines = table.map(([words]) => fill(`${address}${words}`, ids));
      expect(await answersTo(scene, general, lines)).toEqual(expected(table));
    }
    const toTheBot = [...addressed, ...mentioned].filter(([words]) => words !== '');
    const direct = toTheBot.map(([words]) => fill(words, ids));
    expect(await answersTo(scene, { team: 'Acme', to: 'bot' }, direct)).toEqual(expected(toTheBot));
    const mentions = mentioned.map(([words]) => fill(`<@$bot> ${words}`, ids));
    expect(await answersTo(scene, general, mentions)).toEqual(expected(mentioned));
    expect(errors).toEqual(['broken', 'broken']);
  });

  it('hear in a channel what is for nobody, or for everybody, and no more', async () => {
    const { scene, errors, idsIn } = await open(transport);
    const ids = idsIn.Acme;
    const expected = overheard.flatMap(([, answer]) => answer ?? []);
    const counts = [...overheard.map(([, answer]) => [answer ?? []].flat().length), 1];
    const lines = [...overheard.map(([words]) => fill(words, ids)), 'pong hi'];
    expect(await answersTo(scene, general, lines, counts)).toEqual([...expected, 'hello']);

    // The other workspace's bot has another id.
    const globex = { team: 'Globex', channel: 'general' };
    expect(idsIn.Globex.bot).not.toBe(ids.bot);
    const mentions = [`<@${ids.bot}> hi`, `<@${idsIn.Globex.bot}> who am i`];
    expect(await answersTo(scene, globex, mentions, [0, 1])).toEqual([fill('$ann of $team', idsIn.Globex)]);

    // Somebody who is no admin.
    await scene.slack.say({ ...general, user: 'bob', text: 'pong reset' });
    const [refused] = (await written(scene, general, expected.length + 2)).slice(-1);
    expect(refused?.text).toBe('Sorry, only admins of this workspace may do that.');

    // Others: an edit, another bot.
    const { ts } = await scene.slack.say({ ...general, text: 'not yet' });
    await scene.slack.act({ kind: 'edit', ...general, ts, text: 'pong hi' });
    const other = await scene.slack.addApp({ name: 'Other', kind: 'classic' });
    const { botToken } = await scene.slack.install({ team: 'Acme', app: other.id });
    const client = new WebClient(botToken, { slackApiUrl: scene.simulator.apiUrl });
    await scene.during(client.chat.postMessage({ channel: '#general', text: 'pong hi' }));

    // Its own new name.
    await scene.slack.act({ kind: 'change', team: 'Acme', user: ids.bot, realName: 'Score Keeper' });
    await scene.pass(1_000);
    expect(await answersTo(scene, general, ['Score keeper, hi', `<@${ids.bot}> top 1`])).toEqual(['hello', 'top 1']);
    expect((await written(scene, general, 0)).filter(({ text }) => text === 'pong hi')).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it('answer in the thread where they were given, and a mistake under the message', async () => {
    const { scene, idsIn } = await open(transport, ({ bot }) => {
      commands(bot, (table) => {
        table.command('hi', ({ reply, threadTs }) => reply(`hello in ${threadTs ?? 'the channel'}`));
        table.command('here', ({ replyInThread }) => replyInThread('there'));
        table.command('refuse', () => {
          throw new UserError('Not like this.');
        });
      });
    });
    const mention = `<@${idsIn.Acme.bot}>`;
    const { ts } = await scene.slack.say({ ...general, text: `${mention} hi` });
    const inThread = await scene.slack.say({ ...general, text: `${mention} hi`, threadTs: ts });
    const here = await scene.slack.say({ ...general, text: `${mention} here` });
    const refused = await scene.slack.say({ ...general, text: `${mention} refuse` });
    await scene.slack.say({ ...general, text: `${mention} refuse`, threadTs: ts });
    expect(inThread.threadTs).toBe(ts);
    const answers = (await written(scene, general, 5)).map(({ text, threadTs }) => `${text} ${threadTs}`);
    expect(answers.toSorted()).toEqual(
      [
        'hello in the channel undefined',
        `hello in ${ts} ${ts}`,
        `there ${here.ts}`,
        `Not like this. ${refused.ts}`,
        `Not like this. ${ts}`,
      ].toSorted(),
    );
  });
});

it('commands are answered as the table says with PostgreSQL as the database, as messages and by slash', async () => {
  const { scene, errors, idsIn } = await open('http', contractBot, 'postgres');
  const ids = idsIn.Acme;
  const lines = addressed.map(([words]) => fill(`<@$bot> ${words}`, ids));
  const expected = addressed.map(([, answer]) => fill(answer, ids));
  expect(await answersTo(scene, general, lines)).toEqual(expected);
  const act = { kind: 'slash', ...general, user: 'ann', command: '/pong', text: 'who am i' } as const;
  expect(await scene.during(scene.slack.act(act))).toMatchObject({ acked: true });
  await expect.poll(async () => (await scene.slack.ephemerals(general)).at(-1)?.text).toBe(`${ids.ann} of ${ids.team}`);
  expect(errors).toEqual(['broken']);
});

describe.each(['http', 'socket'] as const)('slash commands over %s', (transport) => {
  it('are answered as the table says', async () => {
    const { scene, errors, idsIn } = await open(transport);
    const ids = idsIn.Acme;
    const lines = [...addressed, ...mentioned];
    const answers: (string | undefined)[] = [];
    for (const [words] of lines) {
      const seen = (await scene.slack.ephemerals(general)).length;
      const act = { kind: 'slash', ...general, user: 'ann', command: '/pong', text: fill(words, ids) } as const;
      expect(await scene.during(scene.slack.act(act))).toMatchObject({ acked: true });
      await expect.poll(async () => (await scene.slack.ephemerals(general)).length, { interval: 5 }).toBe(seen + 1);
      answers.push((await scene.slack.ephemerals(general)).at(-1)?.text);
    }
    expect(answers).toEqual(lines.map(([, answer]) => fill(answer, ids)));
    expect(errors).toEqual(['broken']);
  });
});

describe.each(['http', 'socket'] as const)('an organization over %s', (transport) => {
  it('has the same commands in each workspace', async () => {
    const { scene, east, west, press } = await openOrgScene({ transport, setUp: contractBot });
    await press();
    for (const { id, name } of [east, west]) {
      await setAccess(scene, name, true);
      const ids = await idsOf(scene, id);
      const place = { team: id, channel: 'general' };
      const lines = [`<@${ids.bot}> who am i`, `pong challenge <@${ids.bob}>`, `<@${ids.bot}> help`];
      expect(await answersTo(scene, place, lines)).toEqual([`${ids.ann} of ${id}`, `${ids.bob} against `, HELP]);
      await scene.during(scene.slack.act({ kind: 'slash', ...place, user: 'ann', command: '/pong', text: 'reset' }));
      await expect.poll(async () => (await scene.slack.ephemerals(place)).at(-1)?.text).toBe('reset');
    }
  });
});
