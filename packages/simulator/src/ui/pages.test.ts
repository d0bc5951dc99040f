import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formFields, visit } from '../../test/support/oauth-form.ts';
import { installedSimulator } from '../../test/support/slack.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator({ teams: 2 });
});
afterAll(() => slack.stop());

const submit = (path: string, fields: Record<string, string>, origin = slack.url) =>
  fetch(slack.url + path, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });

describe('the home page', () => {
  it('shows workspaces and what was said, escaped', async () => {
    await slack.control.say({ team: 'Acme', channel: 'general', text: '<img src=x onerror=alert(1)>' });
    const { html } = await visit(`${slack.url}/?team=${slack.acme.team}`);
    expect(html).toContain('Simulator');
    expect(html).toContain('Globex');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toContain('<img src=x');
  });

  it('allows no inline script or style and no foreign source', async () => {
    const { headers } = await fetch(slack.url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const { html } = await visit(slack.url);
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<[^>]*\s(on\w+|style)=/);
  });

  it('serves its style and its script', async () => {
    expect((await fetch(`${slack.url}/_ui/style.css`)).headers.get('content-type')).toContain('text/css');
    expect((await fetch(`${slack.url}/_ui/live.js`)).headers.get('content-type')).toContain('text/javascript');
  });

  it('lets a person write by its form, also to the bot', async () => {
    const { html } = await visit(`${slack.url}/?team=${slack.acme.team}`);
    const channel = formFields(html).get('channel') ?? '';
    const response = await submit('/_ui/say', { team: slack.acme.team, channel, user: 'bob', text: 'by form' });
    expect(response.status).toBe(303);
    expect(await slack.control.messages({ team: 'Acme', channel: 'general', limit: 1 })).toMatchObject([
      { name: 'bob', text: 'by form' },
    ]);
    await submit('/_ui/say', { team: slack.acme.team, channel: 'bot', user: 'ann', text: 'to the bot' });
    expect(await slack.control.messages({ team: 'Acme', to: 'bot' })).toMatchObject([{ text: 'to the bot' }]);
  });

  it('breaks and mends by its buttons, and says what it could not do', async () => {
    await submit('/_ui/faults', { team: slack.acme.team, kind: 'disable_integration' });
    expect((await visit(`${slack.url}/?team=${slack.acme.team}`)).html).toContain('✕ disabled');
    await submit('/_ui/faults', { team: slack.acme.team, kind: 'enable' });
    await submit('/_ui/faults', { kind: 'outage' });
    const [outage] = await slack.control.faults();
    await submit('/_ui/faults/remove', { id: outage?.id ?? '' });
    expect(await slack.control.faults()).toEqual([]);
    const refused = await submit('/_ui/faults', { team: 'T0NOWHERE0', kind: 'close' });
    expect(refused.headers.get('location')).toContain('notice=No+team');
  });

  it('leads back to the same conversation and person from every form', async () => {
    const { html } = await visit(`${slack.url}/?team=${slack.acme.team}&channel=bot`);
    const forms = html.split('<form').slice(1);
    expect(forms.length).toBeGreaterThan(2);
    for (const form of forms) {
      expect(form).toContain('name="channel" value="bot"');
      expect(form).toContain('name="user"');
    }
    const response = await submit('/_ui/faults', { kind: 'enable', team: 'Acme', channel: 'bot', user: 'U1' });
    expect(response.headers.get('location')).toBe('/?team=Acme&channel=bot&as=U1');
  });

  it('does not open a direct message by being looked at', async () => {
    const { acme, ...own } = await installedSimulator();
    await visit(`${own.url}/?team=${acme.team}&channel=bot`);
    expect((await own.control.team('Acme')).channels.every(({ kind }) => kind === 'channel')).toBe(true);
    await own.stop();
  });

  it('takes no forms from other sites', async () => {
    const response = await submit('/_ui/faults', { kind: 'outage' }, 'https://elsewhere.example');
    expect(response.status).toBe(403);
    expect(await slack.control.faults()).toEqual([]);
  });
});

describe('/app_redirect', () => {
  const leadsTo = async (query: string) => {
    const response = await fetch(`${slack.url}/app_redirect?${query}`, { redirect: 'manual' });
    return [response.status, response.headers.get('location')];
  };

  it('leads to the conversation with an app, and to a channel', async () => {
    const { team } = slack.acme;
    expect(await leadsTo(`app=A0SIMULATE&team=${team}`)).toEqual([302, `/?team=${team}&channel=bot`]);
    expect(await leadsTo('app=A0SIMULATE')).toEqual([302, `/?team=${team}&channel=bot`]);
    const { channels } = await slack.control.team('Acme');
    const general = channels.find(({ name }) => name === 'general')?.id ?? '';
    expect(await leadsTo(`channel=general&team=${team}`)).toEqual([302, `/?team=${team}&channel=${general}`]);
    const page = await fetch(`${slack.url}/app_redirect?app=A0SIMULATE&team=${team}`);
    expect(await page.text()).toContain('name="channel" value="bot"');
  });

  it.each(['app=A0NOBODY', 'app=', '', 'channel=nowhere', 'app=A0SIMULATE&team=T0NOWHERE0'])(
    'says what is not there (%s)',
    async (query) => {
      expect((await leadsTo(query))[1]).toMatch(/[?&]notice=/);
    },
  );

  it('says where the app is not installed', async () => {
    const { id } = await slack.control.team('Globex');
    expect((await leadsTo(`app=A0SIMULATE&team=${id}`))[1]).toContain('notice=The+app+is+not+installed');
  });
});
