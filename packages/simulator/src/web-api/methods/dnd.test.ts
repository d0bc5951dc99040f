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
