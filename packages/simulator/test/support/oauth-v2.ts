/** Plays the person on the second version of the authorize page, and the app that exchanges the code. */
import type { AppInfo, Simulator } from '../../src/index.ts';
import { formFields, type Visit, visit } from './oauth-form.ts';
import { call, type Json } from './slack.ts';

export const REDIRECT = 'http://localhost:3000/slack/oauth_redirect';

/** What tests say about an authorization. */
export interface Asked {
  /** Query parameters besides client_id and redirect_uri. */
  query?: Record<string, string>;
  /** Fields of the form besides what the page filled in. */
  choice?: Record<string, string>;
  /** @defaultValue 'v2' */
  version?: 'v2' | 'v2_user';
}

export async function appOf(simulator: Simulator): Promise<AppInfo> {
  const [app] = await simulator.control.apps();
  if (!app) throw new Error('a simulator has an app');
  return app;
}

/** Opens the page. */
export async function openPage(simulator: Simulator, { query = {}, version = 'v2' }: Asked = {}): Promise<Visit> {
  const { clientId } = await appOf(simulator);
  const parameters = { client_id: clientId, redirect_uri: REDIRECT, ...query };
  return visit(`${simulator.url}/oauth/${version}/authorize?${new URLSearchParams(parameters).toString()}`);
}

/** Opens the page and presses a button. */
export async function decideV2(simulator: Simulator, asked: Asked): Promise<Visit> {
  const page = await openPage(simulator, asked);
  const fields = formFields(page.html);
  for (const [name, value] of Object.entries(asked.choice ?? {})) fields.set(name, value);
  return visit(`${simulator.url}/oauth/${asked.version ?? 'v2'}/authorize`, { method: 'POST', body: fields });
}

/** The code of somebody who allowed. */
export async function allowedCode(simulator: Simulator, asked: Asked = {}): Promise<string> {
  const query = { scope: 'chat:write,commands', ...asked.query };
  const { location } = await decideV2(simulator, {
    ...asked,
    query,
    choice: { decision: 'allow', team: 'Acme', ...asked.choice },
  });
  return location?.searchParams.get('code') ?? '';
}

/** Calls oauth.v2.access as the app. */
export async function access(simulator: Simulator, fields: Record<string, string>): Promise<Json> {
  const { clientId, clientSecret } = await appOf(simulator);
  return call(simulator, 'oauth.v2.access', undefined, {
    client_id: clientId,
    client_secret: clientSecret,
    ...fields,
  });
}

/** Authorizes and exchanges. */
export async function installV2(simulator: Simulator, asked: Asked = {}): Promise<Json> {
  return access(simulator, { code: await allowedCode(simulator, asked), redirect_uri: REDIRECT });
}
