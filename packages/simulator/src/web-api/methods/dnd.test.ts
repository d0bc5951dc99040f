import { expect, it } from 'vitest';
import { AppServer } from '../../../test/support/app-server.ts';
import { acmeRoles } from '../../../test/support/roles.ts';
import { refusal } from '../../../test/support/web-client.ts';

it('is begun, seen by oneself alone, and ended, and apps hear of it', async () => {
  await using app = await AppServer.start();
  const roles = await acmeRoles({
    app: { requestUrl: app.url, eventSubscriptions: ['dnd_updated_user'] },
    clock: { mode: 'manual', startMs: 1_800_000_000_000 },
  });
  await using slack = roles.slack;
  const { ann, bob, bot, annId, bobId } = roles;
  const isAnn = (event: { type?: unknown; user?: unknown }) =>
    event.type === 'dnd_updated_user' && event.user === annId;
  expect(await ann.dnd.setSnooze({ num_minutes: 60 })).toMatchObject({
    snooze_enabled: true,
    snooze_endtime: 1_800_003_600,
    snooze_remaining: 3600,
  });
  const keys = { dnd_enabled: false, next_dnd_start_ts: expect.any(Number), next_dnd_end_ts: expect.any(Number) };
  expect(await app.event(isAnn)).toMatchObject({ dnd_status: keys, event_ts: expect.any(String) });
  expect(await ann.dnd.info()).toMatchObject({ snooze_enabled: true });
  expect(await bob.dnd.info({ user: annId })).not.toHaveProperty('snooze_enabled');
  expect((await bot.dnd.teamInfo({ users: `${annId},${bobId}` })).users).toMatchObject({
    [annId]: keys,
    [bobId]: keys,
  });
  await slack.control.advance(3_600_000);
  expect(await ann.dnd.info()).toMatchObject({ snooze_enabled: false });
  expect(await refusal(ann.dnd.endSnooze())).toBe('snooze_end_failed');
  expect(await refusal(ann.dnd.endDnd())).toBe('not_in_dnd');
  await ann.dnd.setSnooze({ num_minutes: 1 });
  await ann.dnd.endSnooze();
  expect(await ann.dnd.info()).toMatchObject({ snooze_enabled: false });
  expect(await refusal(bot.dnd.setSnooze({ num_minutes: 1 }))).toBe('not_allowed_token_type');
  expect(await refusal(ann.dnd.setSnooze({ num_minutes: 9999 }))).toBe('too_long');
  expect(await refusal(ann.dnd.info({ user: 'U0NOBODY00' }))).toBe('user_not_found');
});

it('is told whole to the apps that the person gave a token, and to others that it changed', async () => {
  await using app = await AppServer.start();
  const eventSubscriptions = ['dnd_updated', 'dnd_updated_user'];
  const roles = await acmeRoles();
  await using slack = roles.slack;
  const settings = { kind: 'granular', requestUrl: app.url, eventSubscriptions, botScopes: ['dnd:read'] } as const;
  const { id } = await slack.control.addApp(settings);
  await slack.control.install({ team: 'Acme', app: id, user: 'ann', userScopes: ['dnd:read'] });
  const isOf = (type: string, user: string) => (event: { type?: unknown; user?: unknown }) =>
    event.type === type && event.user === user;
  await roles.ann.dnd.setSnooze({ num_minutes: 5 });
  // The keys are those of slackapi/java-slack-sdk, json-logs/samples/events/DndUpdatedPayload.json.
  expect(await app.event(isOf('dnd_updated', roles.annId))).toMatchObject({
    dnd_status: {
      dnd_enabled: expect.any(Boolean),
      next_dnd_start_ts: expect.any(Number),
      next_dnd_end_ts: expect.any(Number),
      snooze_enabled: true,
      snooze_endtime: expect.any(Number),
      snooze_remaining: expect.any(Number),
    },
    event_ts: expect.any(String),
  });
  const envelope = app.arrived.find(
    ({ body }) => (body.event as { type?: unknown } | undefined)?.type === 'dnd_updated',
  );
  expect(envelope?.body).toMatchObject({ authorizations: [{ user_id: roles.annId, is_bot: false }] });
  await app.event(isOf('dnd_updated_user', roles.annId));
  // Bob gave the app nothing: it hears that something changed, and not what.
  await roles.bob.dnd.setSnooze({ num_minutes: 5 });
  expect(await app.event(isOf('dnd_updated_user', roles.bobId))).not.toHaveProperty('dnd_status.snooze_enabled');
  await roles.ann.dnd.endSnooze();
  await app.until(() => app.events.filter(isOf('dnd_updated', roles.annId)).length === 2);
  expect(app.events.filter(isOf('dnd_updated', roles.bobId))).toEqual([]);
});
