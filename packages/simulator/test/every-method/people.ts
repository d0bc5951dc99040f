/** users.*, dnd.*, bots.info, team.*, emoji.list: who is there, and how they are. */
import type { Json } from '../support/slack.ts';
import { aPicture } from './content.ts';
import type { Journey } from './journey.ts';

export async function people(journey: Journey): Promise<void> {
  const { ask, ids, slack } = journey;
  await slack.control.addUser('Acme', { name: 'carl', realName: 'Carl Case', email: 'carl@example.com' });
  await ask('users.list', { include_locale: 'true', limit: '200' });
  await ask('users.list', { limit: '1' }, { as: 'ann' });
  for (const user of [ids.ann, ids.bot, 'USLACKBOT']) await ask('users.info', { user, include_locale: 'true' });
  await ask('users.lookupByEmail', { email: 'carl@example.com' });
  await ask('users.identity', {}, { as: 'ann' });
  const profile = { status_text: 'away', status_emoji: ':palm_tree:', status_expiration: 0, pronouns: 'she/her' };
  const changed = ['user_change', 'user_profile_changed', 'user_status_changed'];
  await ask('users.profile.set', { profile }, { as: 'ann', tells: changed });
  await ask('users.profile.get', { user: ids.ann, include_labels: 'true' });
  await ask('users.profile.get', { user: ids.bot });
  await photo(journey);
  await ask('users.getPresence', { user: ids.ann });
  await ask('users.getPresence', {}, { as: 'ann' });
  await ask('users.setPresence', { presence: 'away' }, { as: 'classic', tells: ['manual_presence_change'] });
  await ask('users.setPresence', { presence: 'auto' }, { as: 'ann' });
  await ask('users.setActive', {}, { as: 'ann' });
  await ask('bots.info', { bot: ids.botId });
  await dnd(journey);
  await team(journey);
}

/** The picture goes in a form with parts. */
async function photo({ ask, expectTold, note, slack, tokens, ids }: Journey): Promise<void> {
  const body = new FormData();
  body.set('image', new Blob([aPicture({ width: 600, height: 600 })]), 'ann.png');
  await expectTold('users.setPhoto', ['user_change', 'user_profile_changed'], async () => {
    const headers = { authorization: `Bearer ${tokens.ann}` };
    const response = await fetch(`${slack.apiUrl}users.setPhoto`, { method: 'POST', headers, body });
    note('users.setPhoto', (await response.json()) as Json);
  });
  await ask('users.info', { user: ids.ann });
  await ask('users.list', {});
  await ask('users.profile.get', { user: ids.ann });
  await ask('users.deletePhoto', {}, { as: 'ann', tells: ['user_change', 'user_profile_changed'] });
}

async function dnd({ ask, ids }: Journey): Promise<void> {
  await ask('dnd.setSnooze', { num_minutes: '20' }, { as: 'ann', tells: ['dnd_updated_user'] });
  await ask('dnd.info', {}, { as: 'ann' });
  await ask('dnd.info', { user: ids.ann });
  await ask('dnd.teamInfo', { users: `${ids.ann},${ids.bob}` });
  await ask('dnd.endSnooze', {}, { as: 'ann', tells: ['dnd_updated_user'] });
  await ask('dnd.setSnooze', { num_minutes: '20' }, { as: 'ann' });
  await ask('dnd.endDnd', {}, { as: 'ann', tells: ['dnd_updated_user'] });
}

async function team({ ask, slack, ids }: Journey): Promise<void> {
  await ask('team.info', {});
  await ask('team.profile.get', {});
  await ask('team.billing.info', {});
  await ask('team.preferences.list', {});
  await slack.control.changeTeam('Acme', { kind: 'emoji', name: 'parrot', value: 'https://example.com/parrot.gif' });
  await ask('emoji.list', { include_categories: 'true' });
  await ask('auth.test', {});
  await ask('auth.test', {}, { as: 'ann' });
  await ask('auth.teams.list', { include_icon: 'true' });
  await ask('api.test', { foo: 'bar' }, { as: 'nobody' });
  await ask('rtm.connect', {}, { as: 'classic' });
  await ask('rtm.start', {}, { as: 'classic' });
  await ask('apps.connections.open', {}, { as: 'app' });
  const [delivery] = await slack.control.deliveries({ app: ids.app, limit: 1 });
  const context = (delivery?.payload as { event_context?: string } | undefined)?.event_context ?? '';
  await ask('apps.event.authorizations.list', { event_context: context }, { as: 'app' });
}
