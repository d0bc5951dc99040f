/** Trials, teams that do not play any more, and who pays: what a daily job makes of what was noted. */
import { createHmac } from 'node:crypto';
import { openStage } from 'slack-bot-server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createGamebot } from '../gamebot.ts';
import { Boards } from '../store/boards.ts';
import { note } from '../store/team-notes.ts';
import { idleStep } from '../team/idle.ts';
import { SIGNATURE_HEADER } from '../team/subscriptions.ts';
import { trialStep } from '../team/trial.ts';
import { play } from './play.test-kit.ts';

const DAY_MS = 24 * 3_600_000;
const SECRET = 'a secret of the tests alone';

it.each([
  ['nothing', 10.9, {}],
  ['tell', 11, {}],
  ['tell', 90, {}],
  ['nothing', 13, { trialToldAtMs: 11 * DAY_MS }],
  ['end', 14, { trialToldAtMs: 11 * DAY_MS }],
  ['nothing', 92, { trialToldAtMs: 90 * DAY_MS }],
  ['end', 93, { trialToldAtMs: 90 * DAY_MS }],
  ['nothing', 90, { isSubscribed: true, trialToldAtMs: 11 * DAY_MS }],
] as const)('%s on day %d of a trial of 14', (step, day, notes) => {
  expect(trialStep({ installedAtMs: 0, ...notes }, { days: 14, url: undefined }, day * DAY_MS)).toBe(step);
  expect(trialStep({ installedAtMs: 0, ...notes }, { days: null, url: undefined }, day * DAY_MS)).toBe('nothing');
});

it.each([
  ['nothing', 29, {}],
  ['tell', 30, {}],
  ['nothing', 30.5, { idleToldAtMs: 30 * DAY_MS }],
  ['end', 31, { idleToldAtMs: 30 * DAY_MS }],
  ['tell', 30, { idleToldAtMs: -DAY_MS }],
] as const)('%s %d days after the last match', (step, day, notes) => {
  expect(idleStep(notes, { activeAtMs: 0, nowMs: day * DAY_MS })).toBe(step);
});

it('who does not pay is told and leaves, and who pays leaves when nobody plays, and comes back to the board', async () => {
  const stage = await openStage({
    bot: createGamebot({ trialDays: 14, subscribeUrl: 'https://example.com/pay', billingSecret: SECRET }),
    teams: ['Acme', 'Globex'],
  });
  onTestFinished(() => stage.close());
  const { server } = stage.running;
  const [{ id: acme }, { id: globex }] = await Promise.all([stage.team('Acme').info(), stage.team('Globex').info()]);
  const subscribe = async (body: object, secret = SECRET) => {
    const text = JSON.stringify(body);
    const signature = createHmac('sha256', secret).update(text).digest('hex');
    const request = fetch(server.publicUrl('/gamebot/subscriptions'), {
      method: 'POST',
      body: text,
      headers: { [SIGNATURE_HEADER]: signature },
    });
    return (await stage.time.during(request, { pace: 1 })).status;
  };
  expect(await subscribe({ team: globex, isSubscribed: true }, 'another secret')).toBe(401);
  expect(await subscribe({ team: globex })).toBe(422);
  expect(await subscribe({ team: globex, isSubscribed: true })).toBe(204);

  /** As if so many days had passed since something was noted. */
  const age = async (team: string, key: string, change: (facts: Record<string, unknown>) => object) =>
    await server.data(team).update<Record<string, unknown>>(key, (facts = {}) => ({ ...facts, ...change(facts) }));
  const ago = (days: number) => server.now() - days * DAY_MS;
  const [ann, other] = [stage.team('Acme').person('ann'), stage.team('Globex').person('ann')];
  const direct = { in: { to: 'bot' } } as const;
  await play(stage, 'ann: pp lost to @bob\nbot: bob beat ann.\nbob 48 (+48), ann -48 (-48)', { team: 'Globex' });

  for (const team of [acme, globex]) await age(team, 'team', () => ({ installedAtMs: ago(12), backAtMs: ago(12) }));
  await stage.runJob('retirement');
  await ann.sees(/^Your trial ends in 3 days\. .*https:\/\/example\.com\/pay>$/, direct);
  await age(acme, 'team', () => ({ trialToldAtMs: ago(3), installedAtMs: ago(15) }));
  await stage.runJob('retirement', { team: 'Acme' });
  await ann.sees(/^Your trial is over, so I leave\./, direct);
  await stage.team('Acme').told('deactivated');
  expect(await other.messages({ to: 'bot' })).toEqual([]);

  const { channels } = await stage.team('Globex').info();
  const board = `board:${channels.find(({ name }) => name === 'general')?.id}`;
  await age(globex, 'team', () => ({ installedAtMs: ago(60), backAtMs: ago(60) }));
  await age(globex, board, ({ board: kept }) => ({ board: { ...(kept as object), activeAtMs: ago(31) } }));
  await stage.runJob('retirement', { team: 'Globex' });
  await other.sees(/^Nobody has played for a month/, direct);
  await age(globex, 'team', () => ({ idleToldAtMs: ago(1) }));
  await stage.runJob('retirement', { team: 'Globex' });
  await stage.team('Globex').told('deactivated');
  await stage.team('Globex').installs();
  await play(stage, 'bob: pp games\nbot: 1 game this season.\n• ann: 0 wins, 1 loss\n• bob: 1 win, 0 losses', {
    team: 'Globex',
  });
  await stage.runJob('retirement', { team: 'Globex' });
  expect(await other.messages({ to: 'bot' })).toHaveLength(1);
});

it('a team whose installer is gone hears in five of its channels, and stays while any one of its boards is played on', async () => {
  const channels = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
  await using stage = await openStage({ bot: createGamebot(), teams: [{ name: 'Acme', channels }] });
  const { server } = stage.running;
  const team = await stage.team().info();
  for (const channel of channels) await stage.slack.invite('Acme', channel, { user: 'bot', by: 'ann' });
  await stage.pass(1_000);
  const boards = new Boards(server);
  // In the order in which boards are read.
  const ids = team.channels
    .filter(({ name }) => channels.includes(name ?? ''))
    .map(({ id }) => id)
    .toSorted();
  const change = async (channelId: string, facts: object) =>
    await boards.change({ teamId: team.id, channelId }, (board) => {
      Object.assign(board, facts);
      return '';
    });
  const ago = (days: number) => server.now() - days * DAY_MS;
  // Whether it has heard by now that the install brought it to #general or not.
  const general = team.channels.find(({ name }) => name === 'general')?.id ?? '';
  await change(general, { activeAtMs: ago(31), isEnabled: false });
  await note(server, team.id, () => ({ installerId: 'U0GONE0001', installedAtMs: ago(60), backAtMs: ago(60) }));
  const told = async () => {
    await stage.runJob('retirement');
    const messages = await Promise.all(ids.map(async (id) => await stage.team().messages(id)));
    return messages.map((all) => all.filter(({ text }) => text.startsWith('Nobody has played for a month')).length);
  };

  for (const played of [ids.at(0), ids.at(-1)]) {
    for (const id of ids) await change(id, { activeAtMs: ago(id === played ? 29 : 31) });
    expect(await told()).toEqual([0, 0, 0, 0, 0, 0, 0]);
  }
  for (const id of ids) await change(id, { activeAtMs: ago(31), isEnabled: id !== ids[0] });
  expect(await told()).toEqual([0, 1, 1, 1, 1, 1, 0]);
});

it('a board rests once the bot is told that it has left its channel, public or private', async () => {
  const left = ['public', 'private'];
  await using stage = await openStage({
    bot: createGamebot(),
    teams: [{ name: 'Acme', channels: [{ name: 'public' }, { name: 'private', isPrivate: true }, { name: 'other' }] }],
    // Without member_left_channel, so that each of these has to do alone.
    app: { eventSubscriptions: ['member_joined_channel', 'channel_left', 'group_left'] },
  });
  for (const channel of [...left, 'other']) await stage.slack.invite('Acme', channel, { user: 'bot', by: 'ann' });
  await stage.pass(1_000);
  for (const channel of left) await stage.person('ann').does({ kind: 'kick', channel, member: 'bot' });
  await stage.pass(1_000);
  const { id: teamId, channels } = await stage.team().info();
  const boards = new Boards(stage.running.server);
  const isEnabled = async (name: string) => {
    const channelId = channels.find((channel) => channel.name === name)?.id ?? '';
    return (await boards.read({ teamId, channelId })).board?.isEnabled;
  };
  expect([await isEnabled('public'), await isEnabled('private'), await isEnabled('other')]).toEqual([
    false,
    false,
    true,
  ]);
});
