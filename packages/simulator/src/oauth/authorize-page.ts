/** The page on which a person chooses a workspace and allows an app, and the page that says why it cannot. */
import { html } from 'hono/html';
import type { Html } from '../page/layout.ts';
import type { Team } from '../workspace/model.ts';
import type { AuthorizeProblem, AuthorizeRequest } from './authorize-request.ts';

/** Beyond this a list of workspaces would be no choice; the search of the browser still finds the ones shown. */
const TEAMS_SHOWN = 500;

/** The form. Its hidden fields repeat the request, so that a script can send it as it stands. */
export function authorizeForm(request: AuthorizeRequest, teams: readonly Team[]): Html {
  const selected = request.team ?? teams[0];
  const shown =
    teams.length <= TEAMS_SHOWN || !selected ? teams.slice(0, TEAMS_SHOWN) : [selected, ...teams.slice(0, TEAMS_SHOWN)];
  return html`<section class="card narrow">
<h1>${request.app.name} wants to join a workspace</h1>
<p>It asks for: ${request.scopes.map((scope) => html`<code>${scope}</code> `)}</p>
<form method="post" action="/oauth/authorize">
${hidden('client_id', request.app.clientId)}
${hidden('scope', request.scopes.join(','))}
${hidden('redirect_uri', request.sentRedirectUri)}
${hidden('state', request.state)}
<p><label for="team">Workspace</label>
<select id="team" name="team">
${shown.map((team) => html`<option value="${team.id}" ${team === selected ? 'selected' : ''}>${team.name} (${team.domain})</option>`)}
</select></p>
<p class="buttons">
<button type="submit" name="decision" value="allow" class="primary">Allow</button>
<button type="submit" name="decision" value="cancel">Cancel</button>
</p>
</form>
<p class="quiet">Both buttons lead back to <code>${new URL(request.redirectUri).origin}</code>.</p>
</section>`;
}

export function problemPage({ problem, sentence }: AuthorizeProblem): Html {
  return html`<section class="card narrow">
<h1>This app cannot be installed</h1>
<p>${sentence}</p>
<p>Error: <code>${problem}</code></p>
</section>`;
}

function hidden(name: string, value: string | undefined): Html | string {
  return value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`;
}
