/** How a visit to Slack's page ends for the person who made it: what the pages say, and where they lead. Granular apps. */
import { expect, it } from 'vitest';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { type Decision, decide, headlineOf, openBrowser, type Page, register, visit } from './slack-button.test-kit.ts';

async function withSlack() {
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }, { name: 'Globex' }],
    app: { kind: 'granular', signingSecret: SIGNING_SECRET, eventSubscriptions: ['message.im'] },
  });
  await scene.start({
    slackTransport: 'http',
    slackSigningSecret: SIGNING_SECRET,
    slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
    slackScopes: ['chat:write', 'im:history'],
  });
  await pointAppAt(scene);
  const { id } = await scene.slack.team('Globex');
  const press = (answer: Partial<Decision> = {}) => scene.during(register(scene.url, { team: id, ...answer }));
  return { scene, id, press };
}

/** The button of a page, as a person presses it. */
function buttonOf({ html }: Page) {
  const [, href = '', label = ''] = /class="button" href="([^"]*)">([^<]*)</.exec(html) ?? [];
  return { label, href: href.replaceAll('&amp;', '&') };
}

it('after Allow the button leads to the conversation with the bot in that workspace', async () => {
  const { scene, id, press } = await withSlack();
  const page = await press();
  const { label, href } = buttonOf(page);
  expect(label).toBe('Open Slack');
  expect(new URL(href).origin).toBe(new URL(scene.simulator.apiUrl).origin);
  const chat = await fetch(href);
  expect(new URL(chat.url).searchParams.get('team')).toBe(id);
  expect(new URL(chat.url).searchParams.get('channel')).toBe('bot');
  // The Slack app of a computer or phone knows nothing of a simulated Slack.
  expect(page.html).not.toContain('slack://');
  const headers = await fetch(`${scene.url}/`).then((response) => response.headers);
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
});

it('a reload of the last page shows the same button', async () => {
  const { scene, id } = await withSlack();
  const browser = openBrowser();
  const back = await decide(browser, scene.url, { team: id });
  const first = await scene.during(visit(browser, back));
  expect(await scene.during(visit(browser, back))).toEqual(first);
});

it('whoever waits for an admin is told so, nothing is stored, and after the approval the same button installs', async () => {
  const { scene, press } = await withSlack();
  const page = await press({ decision: 'request', metadata: 'spring' });
  expect(headlineOf(page)).toBe('Slack bot waits for an admin of your workspace');
  expect(page.html).toContain('once they have approved Slack bot, start again and press Allow');
  expect(buttonOf(page)).toEqual({ label: 'Start again', href: `${scene.url}/slack/install?metadata=spring` });
  expect(await scene.rows()).toEqual([]);
  expect(await scene.callsOf('oauth.v2.access')).toEqual([]);
  expect(headlineOf(await press())).toBe('Demo Bot is now in Globex');
  await scene.greet('Globex');
});

it('whoever comes back with access_denied reads that nothing was installed, and of admins', async () => {
  const { scene, press } = await withSlack();
  const page = await press({ decision: 'cancel' });
  expect([page.status, headlineOf(page)]).toEqual([200, 'Slack bot was not installed']);
  expect(page.html).toContain('only admins may add apps');
  expect(buttonOf(page).label).toBe('Start again');
  expect(await scene.rows()).toEqual([]);
});

it.each([
  ['unapproved_scope', 'Slack has not approved all that this bot asks for'],
  ['invalid_team_for_non_distributed_app', 'This bot can only be installed in its home workspace'],
  ['a_new_code', 'Slack answered with an error'],
])('whoever comes back with %s reads what it means, and nothing is exchanged', async (code, headline) => {
  const { scene, id } = await withSlack();
  const browser = openBrowser();
  const back = new URL(await decide(browser, scene.url, { team: id, decision: 'cancel' }));
  back.searchParams.set('error', code);
  back.searchParams.set('error_description', '<b>why</b>');
  const page = await visit(browser, back.href);
  expect([page.status, headlineOf(page)]).toEqual([502, headline]);
  expect(page.html).toContain(`<code>${code}</code>`);
  expect(page.html).not.toContain('<b>why');
  expect(await scene.callsOf('oauth.v2.access')).toEqual([]);
  expect(await scene.rows()).toEqual([]);
});
