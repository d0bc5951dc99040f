import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { AppServer } from '../../test/support/app-server.ts';
import { type Simulator, startSimulator } from '../index.ts';
import { routeDocs } from './route-docs.ts';

interface Described {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, { summary: string; parameters?: { name: string }[]; requestBody?: unknown }>>;
}

let slack: Simulator;
let described: Described;
beforeAll(async () => {
  slack = await startSimulator({ seed: { teams: [{ name: 'Acme', enterprise: { id: 'E0BIGCORP1', name: 'Big' } }] } });
  described = (await (await fetch(`${slack.url}/_sim/openapi.json`)).json()) as Described;
});
afterAll(() => slack.stop());

const operations = () =>
  Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation })),
  );

describe('GET /_sim/openapi.json', () => {
  it('describes every registered route, and no other', () => {
    expect(
      operations()
        .filter(({ operation }) => 'x-undocumented' in operation)
        .map(({ key }) => key),
    ).toEqual([]);
    expect(
      operations()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(Object.keys(routeDocs).sort());
  });

  it('says where it is, and what the parameters and bodies are', () => {
    expect(described).toMatchObject({ openapi: '3.1.0', servers: [{ url: slack.url }] });
    expect(described.paths['/_sim/teams/{team}/users']?.post).toMatchObject({
      parameters: [{ name: 'team', in: 'path', required: true }],
      requestBody: { content: { 'application/json': { schema: { type: 'object', required: ['name'] } } } },
    });
    const log = described.paths['/_sim/log']?.get?.parameters?.map(({ name }) => name);
    expect(log).toEqual(expect.arrayContaining(['after', 'team', 'kind', 'waitMs']));
  });

  it('describes real answers', async () => {
    await using app = await AppServer.start();
    const elsewhere = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end('x'),
    );
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void elsewhere.close());
    const pictures = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const asked = new Set<string>();
    /** Calls a documented route, and holds the answer to its description. */
    const ask = async (
      key: string,
      names: Record<string, string> = {},
      body?: unknown,
    ): Promise<Record<string, string>> => {
      const [method = '', template = ''] = key.split(' ');
      const left = { ...names };
      const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
        const { [name]: value = '', ...rest } = left;
        for (const gone of Object.keys(left)) if (!(gone in rest)) delete left[gone];
        return encodeURIComponent(value);
      });
      const query = new URLSearchParams(left).toString();
      const response = await fetch(`${slack.url}${path}${query && `?${query}`}`, {
        method,
        ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const doc = routeDocs[key];
      asked.add(key);
      const answer: unknown = typeof doc?.answer === 'string' ? await response.body?.cancel() : await response.json();
      expect([key, response.status, answer]).toEqual([key, doc?.status ?? 200, answer]);
      if (doc && typeof doc.answer !== 'string') {
        const { error } = doc.answer.safeParse(answer);
        expect(`${key}: ${error ? z.prettifyError(error) : 'fits'}`).toBe(`${key}: fits`);
      }
      return answer as Record<string, string>;
    };

    const team = 'Acme';
    const granular = await ask('POST /_sim/apps', {}, { kind: 'granular', name: 'G', isOrgWide: true });
    const appId = granular.id ?? '';
    await ask(
      'PATCH /_sim/apps/{app}',
      { app: appId },
      { requestUrl: app.url, verify: false, eventSubscriptions: ['team_rename', 'app_home_opened'] },
    );
    await ask('GET /_sim/apps');
    await ask('POST /_sim/teams', {}, { name: 'Globex', users: ['gina'] });
    await ask('POST /_sim/teams/{team}/users', { team }, { name: 'zoe' });
    await ask('POST /_sim/teams/{team}/channels', { team }, { name: 'dev', members: ['zoe'] });
    await ask('POST /_sim/installs', {}, { team: 'Globex' });
    await ask('POST /_sim/org-installs', {}, { enterprise: 'Big', app: appId });
    await ask('POST /_sim/teams/{team}/access', { team }, { app: appId, isGranted: true });
    await ask(
      'POST /_sim/teams/{team}/channels/{channel}/members',
      { team, channel: 'dev' },
      { user: 'bot', app: appId },
    );
    await ask('GET /_sim/installs', { team });
    await ask('GET /_sim/org-installs');
    await ask('GET /_sim/teams');
    await ask('GET /_sim/teams/{team}', { team });
    await ask('GET /_sim/teams/{team}/screen', { team, channel: 'general' });
    const said = await ask('POST /_sim/messages', {}, { team, channel: 'general', text: 'hi' });
    const { ts = '' } = said;
    await ask('POST /_sim/teams/{team}/channels/{channel}/streams/{ts}/stop', { team, channel: 'general', ts });
    await ask('POST /_sim/teams/{team}/read', { team }, { channel: 'general', ts });
    await ask('POST /_sim/pictures', {}, { url: `${pictures}/a.png` });
    await ask('GET /_sim/teams/{team}/notifications', { team });
    const { botToken } = await slack.control.install({ team });
    const later = {
      token: botToken,
      channel: 'general',
      text: 'later',
      post_at: `${Math.floor(Date.now() / 1000) + 600}`,
    };
    await fetch(`${slack.apiUrl}chat.scheduleMessage`, { method: 'POST', body: new URLSearchParams(later) });
    const { scheduled } = (await ask('GET /_sim/teams/{team}/scheduled', { team })) as unknown as {
      scheduled: { id: string }[];
    };
    await ask('DELETE /_sim/teams/{team}/scheduled/{id}', { team, id: scheduled[0]?.id ?? '' });
    await ask('GET /_sim/teams/{team}/search', { team, query: 'hi in:general' });
    await ask('GET /_sim/messages', { team, channel: 'general' });
    await ask('POST /_sim/typing', {}, { team, channel: 'general' });
    await ask('POST /_sim/acts', {}, { kind: 'set_topic', team, channel: 'general', topic: 'new' });
    const content = { text: 'hello' };
    const { file = '' } = await ask('POST /_sim/acts', {}, { kind: 'upload_file', team, name: 'a.txt', content });
    await ask('GET /_sim/teams/{team}/files/{file}/content', { team, file });
    await ask('POST /_sim/acts', {}, { kind: 'open_dm', team, user: 'ann', users: ['bob'] });
    await ask('POST /_sim/acts', {}, { kind: 'slash', team, app: appId, channel: 'dev', user: 'zoe', command: '/go' });
    await ask('POST /_sim/webhooks', {}, { team, app: appId, channel: 'dev' });
    const functions = { greet: { title: 'Greet' } };
    const steps = await ask('POST /_sim/apps', {}, { manifest: { display_information: { name: 'Steps' }, functions } });
    await ask('POST /_sim/installs', {}, { team, app: steps.id });
    const run = await ask('POST /_sim/function-runs', {}, { team, app: steps.id, callbackId: 'greet' });
    await ask('GET /_sim/function-runs/{id}', { id: run.id ?? '' });
    await ask('POST /_sim/config-tokens', {}, { team });
    await ask('GET /_sim/webhooks');
    await ask('GET /_sim/views', { team });
    await ask('GET /_sim/dialogs', { team });
    await ask('GET /_sim/entity-panes', { team });
    await ask('GET /_sim/ephemerals', { team, channel: 'general' });
    await ask('POST /_sim/teams/{team}/events', { team }, { app: appId, event: { type: 'team_rename' } });
    await ask('POST /_sim/teams/{team}/changes', { team }, { kind: 'rename', name: 'Acme' });
    await ask('GET /_sim/teams/{team}/channels/{channel}/assistant-threads', { team, channel: 'dev' });
    const { deliveries } = (await ask('GET /_sim/deliveries', { app: appId })) as unknown as {
      deliveries: { id: string }[];
    };
    const id = deliveries[0]?.id ?? '';
    await ask('GET /_sim/deliveries/{id}', { id });
    await ask('POST /_sim/deliveries/{id}/resend', { id });
    await ask('POST /_sim/deliveries/{id}/resend', { id }, { payload: { type: 'team_rename' } });
    await ask('GET /_sim/deliveries/{id}/curl', { id });
    const fault = await ask('POST /_sim/faults', {}, { kind: 'hold', method: 'auth.test' });
    await ask('GET /_sim/faults');
    await ask('POST /_sim/faults/{id}/release', { id: fault.id ?? '' });
    await ask('DELETE /_sim/faults/{id}', { id: fault.id ?? '' });
    await ask('DELETE /_sim/faults');
    await ask('GET /_sim/sockets');
    await ask('GET /_sim/clock');
    await ask('POST /_sim/clock', {}, { advanceMs: 1000 });
    await ask('GET /_sim/log', { limit: '500' });
    await ask('GET /_sim/stream', { after: '0' });
    await ask('DELETE /_sim/log');
    await ask('GET /_sim');
    await ask('GET /_sim/session/seed.yaml');
    await ask('GET /_sim/session/session.test.ts');
    await ask('GET /_sim/seed.yaml');
    await ask('GET /_sim/session');
    await ask('POST /_sim/session');
    await ask('GET /_sim/openapi.json');
    expect([...asked].sort()).toEqual(Object.keys(routeDocs).sort());
  });
});
