/** The page of the second version: who asks for what, where to install it, and three ways to answer. Only markup. */
import { html } from 'hono/html';
import type { Html } from '../page/layout.ts';
import type { Channel, Enterprise, Team } from '../workspace/model.ts';
import type { AuthorizeV2Request } from './authorize-v2-request.ts';
import { withParameters } from './redirect-uri.ts';

/** What can be chosen. */
export interface Choices {
  readonly teams: readonly Team[];
  readonly enterprises: readonly Enterprise[];
  /** For the incoming webhook. */
  readonly channels: readonly Channel[];
}

/** Beyond this a list of workspaces would be no choice. The preselected one is always shown. */
const TEAMS_SHOWN = 500;

/** The form. Its hidden fields repeat the request, so that a script can send it as it stands. */
export function authorizeV2Form(request: AuthorizeV2Request, choices: Choices): Html {
  const { app, scopes, userScopes } = request;
  return html`<section class="card narrow">
<h1>${app.name} asks for permission</h1>
<form method="post">
${hiddenFields(request)}
${placeField(request, choices)}
${scopes.length === 0 ? '' : html`<h2>What the bot may do</h2>${scopeList(request, scopes, 'bot')}`}
${userScopes.length === 0 ? '' : html`<h2>What it may do in your name</h2>${scopeList(request, userScopes, 'user')}`}
${scopes.includes('incoming-webhook') ? channelField(choices.channels) : ''}
<p class="buttons">
<button type="submit" name="decision" value="allow" class="primary">Allow</button>
<button type="submit" name="decision" value="cancel">Cancel</button>
<button type="submit" name="decision" value="request">Ask an administrator</button>
</p>
</form>
<p class="quiet">Allow and Cancel lead back to <code>${new URL(request.redirectUri).origin}</code>.</p>
</section>`;
}

/** Shown where an administrator must approve first. Whoever goes back to the app until then brings no code. */
export function pendingPage(request: AuthorizeV2Request, where: string): Html {
  const back = withParameters(request.redirectUri, { state: request.state });
  return html`<section class="card narrow">
<h1>Waiting for approval</h1>
<p>An administrator of ${where} was asked to approve ${request.app.name}. Nothing is installed yet, and the app is not told.</p>
<p><a href="${back}">Back to ${request.app.name}</a>, without a code. Allow on the page before is the approval.</p>
</section>`;
}

function hiddenFields(request: AuthorizeV2Request): Html {
  const { app, scopes, userScopes, sentRedirectUri, state, codeChallenge, nonce, user, version } = request;
  const fields: Record<string, string | undefined> = {
    client_id: app.clientId,
    scope: version === 'v2' ? scopes.join(',') : userScopes.join(','),
    user_scope: version === 'v2' ? userScopes.join(',') || undefined : undefined,
    redirect_uri: sentRedirectUri,
    state,
    nonce,
    code_challenge: codeChallenge,
    code_challenge_method: codeChallenge === undefined ? undefined : 'S256',
    user,
  };
  return html`${Object.entries(fields).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`,
  )}`;
}

function placeField({ team: preselected }: AuthorizeV2Request, { teams, enterprises }: Choices): Html {
  const selected = preselected ?? teams[0];
  const shown =
    teams.length <= TEAMS_SHOWN || !selected ? teams.slice(0, TEAMS_SHOWN) : [selected, ...teams.slice(0, TEAMS_SHOWN)];
  return html`<p><label for="team">Where</label>
<select id="team" name="team">
${shown.map((team) => html`<option value="${team.id}" ${team === selected ? 'selected' : ''}>${team.name} (${team.domain})</option>`)}
${enterprises.map((one) => html`<option value="${one.id}">${one.name} (whole organization)</option>`)}
</select></p>`;
}

function scopeList({ app }: AuthorizeV2Request, scopes: readonly string[], whose: 'bot' | 'user'): Html {
  return html`<ul class="list">${scopes.map((scope) =>
    app.optionalScopes.includes(scope)
      ? html`<li><label><input type="checkbox" name="optional_${whose}" value="${scope}" checked> <code>${scope}</code> <span class="quiet">optional</span></label></li>`
      : html`<li><code>${scope}</code></li>`,
  )}</ul>`;
}

function channelField(channels: readonly Channel[]): Html {
  return html`<p><label for="channel">Channel of the webhook</label>
<select id="channel" name="channel">
${channels.map(({ id, name }) => html`<option value="${name}" data-id="${id}">#${name}</option>`)}
</select></p>`;
}
