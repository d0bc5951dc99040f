/** What people say and the bot answers, command by command, over real HTTP. All scenes share one stage; each has a channel of its own. */
import { openStage, type Stage } from 'slack-bot-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGamebot } from '../gamebot.ts';
import { Boards } from '../store/boards.ts';
import { play } from './play.test-kit.ts';

const HOUR_MS = 3_600_000;
/** A private channel. */
const HIDDEN = 'hidden';

let stage: Stage;
beforeAll(async () => {
  const people = ['ann', 'bob', 'cleo', 'dan'];
  const channels = ['singles', 'pairs', 'draws', 'limits', 'names', 'shown', 'later', 'quiet', 'odd', 'words', 'named'];
  stage = await openStage({
    bot: createGamebot({ trialDays: 14 }),
    teams: [
      {
        name: 'Acme',
        users: people,
        channels: [
          ...channels.map((name) => ({ name, members: people })),
          { name: HIDDEN, isPrivate: true, members: people },
        ],
      },
    ],
  });
  for (const channel of [...channels, HIDDEN]) await stage.slack.invite('Acme', channel, { user: 'bot', by: 'bob' });
  await stage.pass(1_000);
});
afterAll(() => stage.close());

const inChannel = (name: string) => ({ where: { channel: name } });
const inDirect = { where: { to: 'bot' } } as const;

describe('in a channel', () => {
  it('whoever invited the bot is thanked, and the way to begin is named', async () => {
    const [welcome] = (await stage.team().messages('singles')).filter(({ isBot }) => isBot);
    const bob = await stage.person('bob').mention();
    expect(welcome?.text).toMatch(
      new RegExp(`leaderboard. Thank you for the invitation, ${bob}.*\`help\`.*\`challenge\``),
    );
  });

  it('two play: challenge, accept, lose, correct, undo, resign', async () => {
    await play(
      stage,
      `
      ann: pp challenge @bob
      bot: ann against bob! @bob: \`accept\` or \`decline\`?
      ann: pp accept
      bot: That is for the other side to say; you can \`cancel\` it.
      cleo: pp challenge @bob
      bot: bob is in a challenge already: play, decline or cancel that one first.
      cleo: pp challenges
      bot: • ann against bob: proposed a moment ago
      bob: pp ACCEPT
      bot: It is on: ann against bob.
      bob: pp lost 21:15
      bot: By these scores it was not lost. The points of whoever lost come first: \`15:21\`.
      bob: pp lost to @cleo bob
      bot: “bob” is neither a score nor somebody whom you mention. Scores look like \`15:21 12:21\`.
      bob: pp lost 15:21
      bot: ann won against bob, 21:15.
        ann 56 (+56), bob -56 (-56)
      bob: pp lost 0:21
      bot: Corrected: ann flattened bob, 21:0.
        ann 96 (+96), bob -96 (-96)
      ann: pp lost 1:2
      bot: You have no accepted challenge, and no loss to correct. Say whom you lost to: \`lost to @…\`.
      bob: pp undo
      bot: Taken back: ann flattened bob, 21:0. The challenge is open again.
      bob: pp resigned
      bot: bob resigned against ann.
        ann 48 (+48), bob -48 (-48)
      cleo: pp undo
      bot: There is no match of yours to take back.
      ann: pongbot lost to @cleo
      bot: cleo beat ann.
        cleo 55 (+55), ann -5 (-53)
      bob: pp undo
      bot: ann played another match since then: that one has to be taken back first.
      `,
      inChannel('singles'),
    );
  });

  it('pairs play, and what it is worth and how likely it is can be asked before', async () => {
    await play(
      stage,
      `
      ann: pp challenge @cleo @dan
      bot: Sides are equal here, and these are 1 against 2. Name your mates behind \`with\`; a captain can \`set unbalanced on\`.
      ann: pp challenge @cleo @ann with @bob
      bot: You cannot play against yourself.
      ann: pp challenge? @bob
      bot: ann against bob is worth:
        • ann: +48 for a win, -48 for a loss
        • bob: +48 for a win, -48 for a loss
      ann: pp challenge @cleo @dan with @bob
      bot: ann and bob against cleo and dan! @cleo, @dan: \`accept\` or \`decline\`?
      dan: pp accept
      bot: It is on: ann and bob against cleo and dan.
      cleo: pp lost 5:21 19:21
      bot: ann and bob won against cleo and dan, 21:5 21:19.
        ann 61 (+61), bob 61 (+61), cleo -61 (-61), dan -61 (-61)
      ann: pp predict @ann @bob against @cleo @dan
      bot: ann and bob: 67 %, cleo and dan: 33 %.
      ann: pp matches
      bot: • ann and bob against cleo and dan: 1–0
      `,
      inChannel('pairs'),
    );
  });

  it('a draw needs the word of both, and an open challenge is anybody’s', async () => {
    await play(
      stage,
      `
      ann: pp challenge <!here>
      bot: ann against anyone: the first one to \`accept\` plays.
      bob: pp accept
      bot: It is on: ann against bob.
      ann: pp draw 3:2
      bot: A draw has as many points on both sides; these are 3 and 2.
      ann: pp draw
      bot: ann says that it was a draw. @bob: say \`draw\`, too, and it counts.
      bob: pp draw 2:2
      bot: bob drew with ann, 2:2.
        bob 0 (0), ann 0 (0)
      ann: pp challenge anyone
      bot: ann against anyone: the first one to \`accept\` plays.
      cleo: pp decline
      bot: Declined: ann against anyone.
      cleo: pp cancel
      bot: You are in no challenge.
      cleo: pp games
      bot: 1 game this season.
        • ann: 0 wins, 0 losses, 1 tie
        • bob: 0 wins, 0 losses, 1 tie
      `,
      inChannel('draws'),
    );
  });

  it('captains set how it is played, and only they', async () => {
    await play(
      stage,
      `
      ann: pp register
      bot: ann, you are on the board, and its captain.
      bob: pp set won off
      bot: Only captains may do that: ann.
      ann: pp set won off
      bot: Set: won: off.
      ann: pp won against @bob
      bot: Here the losers report: say \`lost\`.
      ann: pp unset won
      bot: As usual: won: on.
      ann: pp set expire 2h
      bot: A challenge would expire after 2h, before anybody is reminded of it after 4h.
      ann: pp set max challenges per user 1
      bot: Set: max challenges per user: 1.
      bob: pp challenge @cleo
      bot: bob against cleo! @cleo: \`accept\` or \`decline\`?
      cleo: pp decline
      bot: Declined: bob against cleo.
      bob: pp challenge @cleo
      bot: That is all for today: the limit of each player here is 1.
      ann: pp set elo base 1000
      bot: Set: elo base: 1000.
      ann: pp set elo
      bot: • elo base: 1000
        • elo algorithm: adaptive
        • elo k: 32
        • elo decay: 0.94
      ann: pp set elo algorithm standard
      bot: Set: elo algorithm: standard.
      ann: pp won against @bob 21:15
      bot: ann won against bob, 21:15.
        ann 1016 (+16), bob 984 (-16)
      ann: pp set elo algorithm adaptive
      bot: Matches of this season were rated already: the algorithm can change once it is over. \`reset\` ends it.
      ann: pp set details leaderboard
      bot: Set: details: leaderboard.
      ann: pp set weather fine
      bot: There is no setting “weather fine”. There are: \`leaderboard max\`, \`unbalanced\`, \`won\`, \`elo base\`, \`elo algorithm\`, \`elo k\`, \`elo decay\`, \`aliases\`, \`expire\`, \`remind\`, \`max challenges per day\`, \`max challenges per user\`, \`details\`, \`timezone\`.
      ann: pp set aliases :ping_pong:
      bot: Set: aliases: :ping_pong:.
      ann: :ping_pong: season
      bot: Season 1, since ${today()}: 1 match. 1. ann, 2. bob
      ann: :ping_pong: reset #general
      bot: That is another channel. To end the season of this one say \`reset\` and #limits.
      bob: :ping_pong: reset #limits
      bot: Only captains may do that: ann.
      ann: :ping_pong: reset #limits
      bot: Season 1, ${today()} to ${today()}: 1 match. 1. ann, 2. bob
        Season 2 begins.
      ann: :ping_pong: reset #limits
      bot: Nothing was played this season, so there is nothing to archive.
      ann: :ping_pong: seasons
      bot: Season 2, since ${today()}: 0 matches.
        Season 1, ${today()} to ${today()}: 1 match. 1. ann, 2. bob
      ann: :ping_pong: leaderboard
      bot: Nobody has played this season. \`challenge\` somebody, or say whom you \`lost to\`.
      `,
      inChannel('limits'),
    );
    await stage.person('ann').says('pp season', { channel: 'limits' });
    await stage.person('ann').seesNothing();
  });

  it('players come, go, rise and have names', async () => {
    await play(
      stage,
      `
      ann: pp promote @bob
      bot: bob is a captain now.
      bob: pp demote me
      bot: bob is no captain any more.
      ann: pp demote me
      bot: ann is the only captain: \`promote\` somebody else first.
      bob: pp unregister @cleo
      bot: Only captains may do that: ann.
      ann: pp unregister @cleo @dan
      bot: Off the board: cleo and dan.
      bob: pp lost to @cleo
      bot: cleo has left this board; \`register\` brings them back.
      cleo: pp register
      bot: Welcome back, cleo! You stand where you stood.
      cleo: pp set nickname cleo & <!channel>
      bot: A nickname has at most 30 characters, and mentions nobody.
      cleo: pp set nickname C & A
      bot: cleo is C &amp; A from now on.
      bob: pp lost to @cleo
      bot: C &amp; A beat bob.
        C &amp; A 48 (+48), bob -48 (-48)
      cleo: pp unset nickname
      bot: cleo it is.
      `,
      inChannel('names'),
    );
  });

  it('the board shows its top, its tail, and the part around players', async () => {
    await play(
      stage,
      `
      bob: pp lost to @ann
      bot: ann beat bob.
        ann 48 (+48), bob -48 (-48)
      bob: pp lost to @ann
      bot: ann beat bob.
        ann 82 (+34), bob -82 (-34)
      bob: pp lost to @ann
      bot: ann beat bob.
        ann 107 (+25), bob -107 (-25)
      dan: pp lost to @cleo
      bot: cleo beat dan.
        cleo 48 (+48), dan -48 (-48)
      cleo: pp leaderboard 2
      bot: 1. ann: 3 wins, 0 losses (elo: 107, lately 79, 3 wins in a row)
        2. cleo: 1 win, 0 losses (elo: 48, lately 48)
      cleo: pp leaderboard -1
      bot: 4. bob: 0 wins, 3 losses (elo: -107, lately -79, 3 losses in a row)
      cleo: pp leaderboard 0
      bot: A leaderboard of how many? \`leaderboard 3\`, or \`leaderboard -3\` for the tail.
      cleo: pp rank @cleo @dan
      bot: 2. cleo: 1 win, 0 losses (elo: 48, lately 48)
        3. dan: 0 wins, 1 loss (elo: -48, lately -48)
      cleo: pp matches @ann 1
      bot: • ann against bob: 3–0
      cleo: pp games @cleo
      bot: 4 games this season.
        • cleo: 1 win, 0 losses
      `,
      inChannel('shown'),
    );
    const ann = stage.person('ann');
    await ann.says('pp leaderboard infinity', { channel: 'shown' });
    expect((await ann.sees(/^1\./)).text.split('\n')).toHaveLength(4);
    for (const command of ['chart', 'history']) {
      await ann.says(`pp ${command}`, { channel: 'shown' });
      const { blocks } = await ann.sees(pictureOf(`${command}.png`));
      const { image_url: url = '' } = (blocks as { image_url?: string }[])[0] ?? {};
      expect(await pictureAt(url)).toEqual({ status: 200, type: 'image/png', width: 1_440 });
      expect(await pictureAt(url.replace(/\/[^/]+\/(chart|history)/, '/wrong-key-of-the-board/$1'))).toMatchObject({
        status: 404,
      });
    }
  });
});

describe('what people say who are new, hasty or in fun', () => {
  it('a mention of the bot is heard as its names are, and every word has its scene', async () => {
    const bot = await stage.team().botMention();
    await play(
      stage,
      `
      ann: ${bot} register
      bot: ann, you are on the board, and its captain.
      ann: ${bot}: Register me
      bot: ann, you are on the board already, as a captain.
      ann: pp register @cleo @dan
      bot: cleo, you are on the board.
        dan, you are on the board.
      bob: pp register
      bot: bob, you are on the board.
      bob: pp set nickname @cleo Queen
      bot: Only captains may do that: ann.
      bob: pp register @dan
      bot: Only captains may do that: ann.
      ann: pp set nickname @cleo Käthe 🏓 Ωmega
      bot: cleo is Käthe 🏓 Ωmega from now on.
      ann: pp challenge? @ann against @cleo
      bot: ann against Käthe 🏓 Ωmega is worth:
        • ann: +48 for a win, -48 for a loss
        • Käthe 🏓 Ωmega: +48 for a win, -48 for a loss
      ann: pp challenge @cleo
      bot: ann against Käthe 🏓 Ωmega! @cleo: \`accept\` or \`decline\`?
      cleo: pp accept
      bot: It is on: ann against Käthe 🏓 Ωmega.
      cleo: pp cancel
      bot: Canceled: ann against Käthe 🏓 Ωmega.
      ann: pp won against @cleo 11-8, 12-10
      bot: ann won against Käthe 🏓 Ωmega, 11:8 12:10.
        ann 54 (+54), Käthe 🏓 Ωmega -54 (-54)
      cleo: pp resigned to @bob with @dan
      bot: Sides are equal here, and these are 2 against 1. Name your mates behind \`with\`; a captain can \`set unbalanced on\`.
      ann: pp set unbalanced on
      bot: Set: unbalanced: on.
      cleo: pp resigned to @bob with @dan
      bot: Käthe 🏓 Ωmega and dan resigned against bob.
        bob 44 (+44), Käthe 🏓 Ωmega -73 (-19), dan -24 (-24)
      cleo: pp draw to @bob @ann with @dan
      bot: Käthe 🏓 Ωmega says that it was a draw. @dan, @bob and @ann: say \`draw\`, too, and it counts.
      ann: pp cancel
      bot: Canceled: Käthe 🏓 Ωmega and dan against bob and ann.
      ann: pp unset nickname @cleo
      bot: cleo it is.
      ann: pp set timezone Europe/Berlin
      bot: Set: timezone: Europe/Berlin.
      ann: pp set details none
      bot: Set: details: none.
      bob: pp lost to @ann
      bot: ann beat bob.
      `,
      inChannel('words'),
    );
    const bob = stage.person('bob');
    await bob.says(`pp taunt ${await stage.person('ann').mention()}`, { channel: 'words' });
    await bob.sees(/^(?!ann beat).*\bann\b/);
  });

  it('nobody plays against themselves, a bot, a stranger or whoever is gone; and nothing is done twice', async () => {
    await play(
      stage,
      `
      ann: pp challenge @ann
      bot: You cannot play against yourself.
      ann: pp lost to @ann 1:2
      bot: You cannot play against yourself.
      ann: pp challenge <@U0NOBODY1>
      bot: I cannot find everybody whom you named.
      ann: pp challenge <@USLACKBOT>
      bot: Bots do not play, and <@USLACKBOT> is one.
      ann: pp challenge @bob @bob with @cleo
      bot: bob cannot be there twice.
      ann: pp season
      bot: Season 1, since ${today()}: 0 matches.
      ann: pp reset #odd
      bot: Nothing was played this season, so there is nothing to archive.
      ann: pp rank
      bot: Without a game this season: ann.
      ann: pp undo
      bot: There is no match to take back.
      ann: pp challenge @bob
      bot: ann against bob! @bob: \`accept\` or \`decline\`?
      bob: pp challenge @ann
      bot: bob is in a challenge already: play, decline or cancel that one first.
      bob: pp lost 15:21
      bot: Nobody has accepted ann against bob yet: \`accept\` comes first.
      bob: pp accept
      bot: It is on: ann against bob.
      bob: pp accept
      bot: Nobody has challenged you.
      bob: pp lost 15:21:3
      bot: “15:21:3” is neither a score nor somebody whom you mention. Scores look like \`15:21 12:21\`.
      bob: pp lost 21:15 15:21
      bot: By these scores it was not lost. The points of whoever lost come first: \`15:21\`.
      bob: pp lost
      bot: ann beat bob.
        ann 48 (+48), bob -48 (-48)
      bob: pp undo
      bot: Taken back: ann beat bob. The challenge is open again.
      bob: pp undo
      bot: There is no match of yours to take back.
      bob: pp draw
      bot: bob says that it was a draw. @ann: say \`draw\`, too, and it counts.
      bob: pp draw
      bot: bob says that it was a draw. @ann: say \`draw\`, too, and it counts.
      ann: pp draw
      bot: bob drew with ann.
        bob 0 (0), ann 0 (0)
      ann: pp leaderboard
      bot: 1. ann: 0 wins, 0 losses, 1 tie (elo: 0, lately 0)
        1. bob: 0 wins, 0 losses, 1 tie (elo: 0, lately 0)
      `,
      inChannel('odd'),
    );
    await stage.person('dan').does({ kind: 'change', isDeleted: true });
    await play(stage, `ann: pp challenge @dan\nbot: @dan has left this workspace.`, inChannel('odd'));
    await stage.person('dan').does({ kind: 'change', isDeleted: false });
  });
});

describe('in time', () => {
  it('who was challenged is reminded after 4 hours, and after 8 it is over', async () => {
    await play(stage, 'ann: pp challenge @bob\nbot: ann against bob! @bob: `accept` or `decline`?', inChannel('later'));
    const bob = stage.person('bob');
    await bob.says('I think about it', { channel: 'later' });
    await stage.pass(4.3 * HOUR_MS);
    await bob.sees(
      new RegExp(`^${await bob.mention()}: ann against bob, since 4 hours: \`accept\` or \`decline\`\\?$`),
    );
    await stage.pass(4 * HOUR_MS);
    await bob.sees('Nobody answered, so it is off: ann against bob.');
    await play(stage, 'bob: pp accept\nbot: Nobody has challenged you.', inChannel('later'));
  });

  it('a challenge waits while the bot is away from its channel, and is over once it comes back too late', async () => {
    const [ann, hidden] = [stage.person('ann'), inChannel(HIDDEN)];
    await play(stage, 'ann: pp challenge @bob\nbot: ann against bob! @bob: `accept` or `decline`?', hidden);
    await ann.does({ kind: 'kick', channel: HIDDEN, member: 'bot' });
    // It hears of it before the hours pass.
    await stage.pass(1_000);
    await stage.pass(9 * HOUR_MS);
    await ann.says('channels', { to: 'bot' });
    await ann.sees(/2 players, 0 matches, 1 challenge open; I was removed from it/);
    await stage.slack.invite('Acme', HIDDEN, { user: 'bot', by: 'ann' });
    await stage.pass(1_000);
    await stage.runJob('challenges');
    await ann.sees('Nobody answered, so it is off: ann against bob.', { in: { channel: HIDDEN } });
  });

  it('people who change their name in Slack have the new one on the board: at once, or with their next command a day later', async () => {
    await play(stage, 'bob: pp lost to @cleo\nbot: cleo beat bob.\ncleo 48 (+48), bob -48 (-48)', inChannel('named'));
    const [ann, cleo] = [stage.person('ann'), stage.person('cleo')];
    const isCalled = async (displayName: string) => {
      await cleo.does({ kind: 'change', displayName });
      await stage.pass(1_000);
    };
    const rank = async (expected: RegExp, channel = 'named') => {
      await ann.says(`pp rank ${await cleo.mention()}`, { channel });
      await ann.sees(expected);
    };
    await isCalled('Cleo & Co');
    await rank(/1\. Cleo &amp; Co: 1 win/);
    await rank(/2\. Cleo &amp; Co: 1 win/, 'shown');
    await isCalled('cleo');
    await rank(/1\. cleo: 1 win/);
    // Slack is not heard for a while.
    const [app] = await stage.slack.apps();
    const hear = async (events: readonly string[] = []) =>
      await stage.slack.updateApp(app?.id ?? '', { eventSubscriptions: [...events] });
    await hear(['message.channels']);
    await isCalled('Queen');
    await play(stage, 'cleo: pp rank\nbot: 1. cleo: 1 win, 0 losses (elo: 48, lately 48)', inChannel('named'));
    await stage.pass(24 * HOUR_MS);
    await rank(/1\. cleo: 1 win/);
    await stage.break({ kind: 'refuse', method: 'users.info', error: 'user_not_visible' });
    await play(stage, 'cleo: pp rank\nbot: 1. cleo: 1 win, 0 losses (elo: 48, lately 48)', inChannel('named'));
    await stage.mend();
    await stage.pass(24 * HOUR_MS);
    await play(stage, 'cleo: pp rank\nbot: 1. Queen: 1 win, 0 losses (elo: 48, lately 48)', inChannel('named'));
    await hear(app?.eventSubscriptions);
    await isCalled('cleo');
  });
});

describe('in a direct message', () => {
  it('the workspace is told what it asks, and whoever installed the bot sets the defaults of all channels', async () => {
    await play(
      stage,
      `
      bob: set elo base 500
      bot: For all channels only whoever installed me, or an admin, can set something. In a channel its captains can.
      ann: set leaderboard max 3
      bot: Set: leaderboard max: 3.
      ann: leaderboard
      bot: Boards are in channels: say that in one that I am in. \`help\` says what else you can ask me here.
      `,
      inDirect,
    );
    await play(
      stage,
      `
      ann: pp set leaderboard max
      bot: leaderboard max: 3.
      ann: pp set leaderboard max 7
      bot: Set: leaderboard max: 7.
      ann: pp set leaderboard max
      bot: leaderboard max: 7.
      `,
      inChannel('quiet'),
    );
    await play(stage, 'ann: pp team\nbot: That is for a direct message: ask me there.', inChannel('quiet'));
    const ann = stage.person('ann');
    await ann.says('team', { to: 'bot' });
    await ann.sees(
      /^Workspace T\w+, here since .*, installed by <@U\w+>, \d+ boards, .* players, .* matches this season, on trial until /,
    );
    await ann.says('channels');
    await ann.sees(/<#C\w+>: 4 players, 4 matches, 0 challenges open; last played/);
    for (const [said, answer] of [
      ['hi', /^Hi Ann! Say `challenge`/],
      ['info', /slack-bot-server/],
      ['help', /\*Playing\*\n(• .*\n)+.*\*The board\*/],
      ['help challenge', /mates behind `with`/],
    ] as const) {
      await ann.says(said);
      await ann.sees(answer);
    }
    await play(stage, 'ann: unset leaderboard max\nbot: As usual: leaderboard max: 10.', inDirect);
  });

  it('the Home tab shows the boards of a person', async () => {
    const home = JSON.stringify(await stage.person('cleo').opensHome());
    expect(home).toContain('2. cleo: 1 win, 0 losses');
    expect(home).toContain('chart.png');
    // Not those on which others play.
    const { channels } = await stage.team().info();
    const idOf = (channel: string) => channels.find(({ name }) => name === channel)?.id;
    expect([home.includes(`${idOf('shown')}`), home.includes(`${idOf('quiet')}`)]).toEqual([true, false]);
  });
});

it('an event that comes again changes nothing, and gets the answer of the first time; what is refused may come again', async () => {
  const boards = new Boards(stage.running.server);
  const { id: teamId } = await stage.team().info();
  const place = { teamId, channelId: 'C0NOWHERE' };
  let runs = 0;
  const count = (eventId: string) => boards.change(place, () => `answer ${++runs}`, { eventId });
  expect([await count('1'), await count('1'), await count('2'), await count('1')]).toEqual([
    'answer 1',
    'answer 1',
    'answer 2',
    'answer 1',
  ]);
  await expect(
    boards.change(
      place,
      () => {
        throw new Error('refused');
      },
      { eventId: '4' },
    ),
  ).rejects.toThrow('refused');
  expect(await count('4')).toBe('answer 3');
  await stage.running.server.data(teamId).delete('board:C0NOWHERE');
});

it('a bot cannot be challenged, and one that was removed and comes back has its board', async () => {
  const bot = await stage.team().botMention();
  const ann = stage.person('ann');
  await ann.says(`pp challenge ${bot}`, { channel: 'shown' });
  await ann.sees(/Bots do not play/);
  await ann.does({ kind: 'kick', channel: 'shown', member: 'bot' });
  await stage.pass(1_000);
  await ann.says('channels', { to: 'bot' });
  await ann.sees(/4 players, 4 matches, 0 challenges open; I was removed from it/);
  await stage.slack.invite('Acme', 'shown', { user: 'bot', by: 'ann' });
  await stage.pass(1_000);
  // Another one who comes is not greeted as if it were the bot.
  await stage.person('dan').does({ kind: 'leave', channel: 'shown' });
  await stage.person('dan').does({ kind: 'join', channel: 'shown' });
  await stage.pass(1_000);
  const greetings = (await stage.team().messages('shown')).filter(({ text }) => text.startsWith('I am back'));
  expect(greetings).toHaveLength(1);
  await play(
    stage,
    'ann: pp rank\nbot: 1. ann: 3 wins, 0 losses (elo: 107, lately 79, 3 wins in a row)',
    inChannel('shown'),
  );
});

function today(): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' }).format(stage.running.server.now());
}

function pictureOf(name: string) {
  return ({ blocks }: { blocks?: unknown }) => JSON.stringify(blocks ?? '').includes(name);
}

/** As Slack would fetch it. The width of a PNG stands in its first chunk. */
async function pictureAt(url: string): Promise<{ status: number; type?: string | null; width?: number }> {
  const response = await stage.time.during(fetch(url), { pace: 1 });
  if (response.status !== 200) return { status: response.status };
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: 200, type: response.headers.get('content-type'), width: bytes.readUInt32BE(16) };
}
