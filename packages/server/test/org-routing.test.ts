/**
 * Through which installation something is answered: bodies as Slack may send them, signed and posted; what the bot did is
 * read from the simulator's log.
 */
import type { LogRecord } from 'slack-simulator';
import { expect, it } from 'vitest';
import {
  accessOf,
  greetIn,
  isList,
  ORG,
  openOrgScene,
  postEvent,
  postForm,
  saidIn,
  setAccess,
} from './org-scene.test-kit.ts';
import { isPostIn, type Scene, type StartOptions } from './scene.test-kit.ts';

const throughOrg = (teamId: string) => ({
  team_id: teamId,
  enterprise_id: ORG,
  context_team_id: teamId,
  context_enterprise_id: ORG,
  authorizations: [{ enterprise_id: ORG, team_id: null, user_id: 'U0BOT', is_bot: true, is_enterprise_install: true }],
});

const throughOwn = (teamId: string) => ({
  ...throughOrg(teamId),
  authorizations: [
    { enterprise_id: ORG, team_id: teamId, user_id: 'U0BOT', is_bot: true, is_enterprise_install: false },
  ],
});

const hi = (channel: string, changes: object = {}) => ({
  type: 'message',
  text: 'hi',
  user: 'U0ANN',
  ts: '1795400000.000100',
  event_ts: '1795400000.000100',
  channel,
  channel_type: 'channel',
  ...changes,
});

/** Both workspaces let the app in; gives the ids of their #general. */
async function withBoth(options: StartOptions = {}) {
  const world = await openOrgScene(options);
  await world.press();
  await setAccess(world.scene, 'East', true);
  await setAccess(world.scene, 'West', true);
  const generalOf = (team: typeof world.east) => team.channels.find(({ name }) => name === 'general')?.id ?? '';
  return { ...world, generalOf };
}

async function answerTo(scene: Scene, team: string, post: () => Promise<number>): Promise<LogRecord> {
  const after = await scene.slack.lastSeq();
  expect(await post()).toBe(200);
  return await scene.until(isPostIn(team), { after, what: 'the answer' });
}

it('an event of a channel that is shared with another organization is answered by the workspace that has the app', async () => {
  const { scene, east, generalOf } = await withBoth();
  const around = {
    ...throughOrg(east.id),
    team_id: 'T0STRANGER',
    enterprise_id: 'E0STRANGER',
    is_ext_shared_channel: true,
  };
  await answerTo(scene, east.id, () => postEvent(scene, hi(generalOf(east), { team: 'T0STRANGER' }), around));
  expect(await saidIn(scene, east)).toEqual([`hello ${east.id} ${ORG} true`]);
});

it('an event that names no workspace of the organization is answered without naming one', async () => {
  const { scene, east, generalOf } = await withBoth();
  const around = {
    ...throughOrg(east.id),
    team_id: 'T0STRANGER',
    context_team_id: null,
    is_ext_shared_channel: true,
  };
  // The foreign workspace in a call would be refused: team_not_found.
  await answerTo(scene, east.id, () => postEvent(scene, hi(generalOf(east)), around));
  expect(await saidIn(scene, east)).toEqual([`hello undefined ${ORG} true`]);
  expect((await scene.callsOf('chat.postMessage')).filter(({ ok }) => ok === false)).toEqual([]);
});

it('people and bots of other workspaces are answered, and only the bot itself is not', async () => {
  const { scene, east, generalOf } = await withBoth();
  const [org] = await scene.slack.installs(east.id);
  const foreign = { user_team: 'T0STRANGER', source_team: 'T0STRANGER', team: 'T0STRANGER' };
  const around = { ...throughOrg(east.id), is_ext_shared_channel: true };
  const channel = generalOf(east);
  // The bot's own words, as the other side of a shared channel shows them.
  expect(await postEvent(scene, hi(channel, { ...foreign, user: org?.botUserId, bot_id: org?.botId }), around)).toBe(
    200,
  );
  await scene.pass(3_000);
  expect(await saidIn(scene, east)).toEqual([]);
  await answerTo(scene, east.id, () => postEvent(scene, hi(channel, { ...foreign, user: 'U0EVE' }), around));
  expect(await saidIn(scene, east)).toHaveLength(1);
});

it('an event of a workspace that nobody has told of is answered, and Slack is asked about it', async () => {
  const { scene, press, west } = await openOrgScene();
  await press();
  await setAccess(scene, 'East', true);
  // The list is asked for twice after an event.
  await scene.pass(40_000);
  await scene.slack.fault({ kind: 'delivery_drop', event: 'team_access_granted' });
  await scene.slack.setTeamAccess('West', { isGranted: true });
  await scene.pass(60_000);
  expect(await accessOf(scene)).not.toHaveProperty(west.id);
  const after = await scene.slack.lastSeq();
  expect(await greetIn(scene, west)).toBe(`hello ${west.id} ${ORG} true`);
  await scene.until(isList, { after, what: 'the question' });
  await scene.pass(1_000);
  expect(await accessOf(scene)).toMatchObject({ [west.id]: 'granted' });
});

it('a workspace with an installation of its own beside the organization’s is answered by the one that Slack means', async () => {
  const { scene, east, west, generalOf } = await openWithOwn();
  const own = (await scene.slack.installs(west.id))[0]?.botTokenId;
  const organizations = (await scene.slack.installs(east.id))[0]?.botTokenId;
  const mine = await answerTo(scene, west.id, () => postEvent(scene, hi(generalOf(west)), throughOwn(west.id)));
  expect(mine.tokenId).toBe(own);
  expect(await saidIn(scene, west)).toEqual([`hello ${west.id} ${ORG} false`]);
  // The organization was not let into it: its call is refused, and that is its own affair.
  const after = await scene.slack.lastSeq();
  expect(await postEvent(scene, hi(generalOf(west)), throughOrg(west.id))).toBe(200);
  const theirs = await scene.until(({ method, kind }) => kind === 'request' && method === 'chat.postMessage', {
    after,
  });
  expect([theirs.tokenId, theirs.error]).toEqual([organizations, 'team_access_not_granted']);
  await scene.pass(2_000);
  expect(scene.server.status()).toMatchObject({ active: 2, suspended: 0, inactive: 0 });
  await answerTo(scene, west.id, () => postEvent(scene, hi(generalOf(west)), throughOwn(west.id)));
});

/** West has installed the app by itself, the organization has it in East. */
async function openWithOwn() {
  const world = await openOrgScene();
  await world.press(world.west.id);
  await world.press();
  await setAccess(world.scene, 'East', true);
  const generalOf = (team: typeof world.east) => team.channels.find(({ name }) => name === 'general')?.id ?? '';
  return { ...world, generalOf };
}

it('commands, buttons and views of an organization are answered in the workspace where somebody is', async () => {
  const { scene, east, west } = await withBoth({
    setUp({ bot }) {
      bot.command('/where', async ({ context, ack }) => ack(`${context.teamId} ${context.enterpriseId}`));
      bot.shortcut('new', async ({ ack, client, shortcut }) => {
        await ack();
        const title = { type: 'plain_text', text: 'New' } as const;
        const submit = { type: 'plain_text', text: 'Send' } as const;
        const block = { type: 'section', text: { type: 'plain_text', text: 'Sure?' } } as const;
        await client.views.open({
          trigger_id: shortcut.trigger_id,
          view: { type: 'modal', callback_id: 'sure', title, submit, blocks: [block] },
        });
      });
      bot.view('sure', async ({ ack, client, context }) => {
        await ack();
        await client.chat.postMessage({ channel: '#general', text: `sure ${context.teamId} ${context.enterpriseId}` });
      });
    },
  });
  for (const team of [east, west]) {
    const action = { kind: 'slash', team: team.id, channel: 'general', command: '/where' } as const;
    const answered = await scene.during(scene.slack.act(action));
    expect(answered.message?.text).toBe(`${team.id} ${ORG}`);
  }
  // Its payload has no team. (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload)
  await scene.during(scene.slack.act({ kind: 'shortcut', team: west.id, callbackId: 'new' }));
  await scene.pass(1_000);
  const after = await scene.slack.lastSeq();
  await scene.during(scene.slack.act({ kind: 'view_submit', team: west.id }));
  await scene.until(isPostIn(west.id), { after });
  expect(await saidIn(scene, west)).toEqual([`sure ${west.id} ${ORG}`]);
});

it('a command in a workspace that the organization has taken the app out of is told so', async () => {
  const { scene, east } = await withBoth();
  await setAccess(scene, 'East', false);
  const fields = { team_id: east.id, enterprise_id: ORG, is_enterprise_install: 'true', user_id: 'U0ANN' };
  const answer = JSON.parse(await postForm(scene, { ...fields, command: '/where', text: '' }));
  expect(answer).toEqual({ response_type: 'ephemeral', text: expect.stringContaining('no access to this workspace') });
});

it('a command of a workspace whose access was never told of is answered in it, because Slack is asked first', async () => {
  const { scene, press, west } = await openOrgScene();
  await press();
  await setAccess(scene, 'East', true);
  // The list is asked for twice after an event.
  await scene.pass(40_000);
  await scene.slack.fault({ kind: 'delivery_drop', event: 'team_access_granted' });
  await scene.slack.setTeamAccess('West', { isGranted: true });
  await scene.pass(60_000);
  expect(await accessOf(scene)).not.toHaveProperty(west.id);
  const action = { kind: 'slash', team: west.id, channel: 'general', command: '/where' } as const;
  const asked = Array.from({ length: 5 }, () => scene.slack.act(action));
  const after = await scene.slack.lastSeq();
  const answers = await scene.during(Promise.all(asked));
  expect(answers.map(({ message }) => message?.text)).toEqual(Array(5).fill(`${west.id} ${ORG} true`));
  expect((await scene.slack.log({ after, limit: 1_000 })).filter(isList).length).toBeLessThanOrEqual(1);
  expect(await accessOf(scene)).toMatchObject({ [west.id]: 'granted' });
});

it('a command of such a workspace is answered in it also when Slack does not say which ones there are', async () => {
  const { scene, press, west } = await openOrgScene();
  await press();
  await setAccess(scene, 'East', true);
  await scene.pass(100_000);
  await scene.slack.fault({ kind: 'hold', method: 'auth.teams.list' });
  const fields = { team_id: west.id, enterprise_id: ORG, is_enterprise_install: 'true', user_id: 'U0ANN', text: '' };
  const answer = scene.during(postForm(scene, { ...fields, command: '/where' }));
  expect(await answer).toBe(`${west.id} ${ORG} true`);
});

it('a view that says of its organization’s installation that it is none is answered in its workspace', async () => {
  const {
    scene,
    east,
    generalOf: _,
  } = await withBoth({
    setUp({ bot }) {
      bot.view('', async ({ ack, context }) => {
        await ack({ response_action: 'errors', errors: { b: `${context.teamId} ${context.enterpriseId}` } });
      });
    },
  });
  const enterprise = { id: ORG, name: 'Acme Org' };
  const payload = {
    type: 'view_submission',
    team: { id: east.id, domain: 'east', enterprise_id: ORG, enterprise_name: 'Acme Org' },
    user: { id: 'U0ANN', team_id: east.id },
    enterprise,
    is_enterprise_install: false,
    view: { id: 'V1', type: 'modal', callback_id: '', blocks: [], state: { values: {} }, app_installed_team_id: ORG },
  };
  const answer = JSON.parse(await postForm(scene, { payload: JSON.stringify(payload) }));
  expect(answer).toMatchObject({ errors: { b: `${east.id} ${ORG}` } });
});

it('what fits no installation is answered, logged once with its ids, and told', async () => {
  const told: unknown[] = [];
  const { scene, generalOf, east } = await withBoth({
    setUp({ server }) {
      server.on('error', ({ where, error }) => void told.push([where, error.code, error.facts.ids]));
    },
  });
  for (let n = 0; n < 3; n++) {
    const around = { ...throughOrg('T0STRANGER'), authorizations: [], context_team_id: 'T0STRANGER' };
    expect(
      await postEvent(scene, hi(generalOf(east)), { ...around, enterprise_id: null, context_enterprise_id: null }),
    ).toBe(200);
    const command = { team_id: 'T0STRANGER', user_id: 'U0EVE', command: '/where', text: '' };
    expect(JSON.parse(await postForm(scene, command))).toMatchObject({ text: expect.stringContaining('no longer') });
  }
  await scene.pass(100);
  expect(told).toEqual([
    ['intake', 'team_unknown', undefined],
    ['routing', 'installation_not_found', 'T0STRANGER'],
  ]);
  expect(scene.logLines.filter((line) => line.includes('interaction matches no installation'))).toHaveLength(1);
});
