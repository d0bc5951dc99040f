/** The page of the simulator: one workspace with a conversation, its faults, and what happened last. Only markup. */
import { html } from 'hono/html';
import type { Html } from '../page/layout.ts';
import type { MessageInfo } from '../workspace/info.ts';
import type { Channel, Installation, Team, User } from '../workspace/model.ts';
import type { LogLine } from './log-line.ts';

/** A conversation of the chosen person. The key is its id, or `bot` for a direct message that nobody began yet. */
export interface Place {
  key: string;
  label: string;
  channel: Channel | undefined;
}

/** What the page shows. */
export interface HomeView {
  teams: readonly Team[];
  team: Team | undefined;
  /** The conversations that the chosen person sees. */
  places: readonly Place[];
  place: Place | undefined;
  people: readonly User[];
  person: User | undefined;
  installation: Installation | undefined;
  sockets: number;
  messages: readonly MessageInfo[];
  faults: readonly { id: string; kind: string; where: string; hits: number }[];
  log: readonly LogLine[];
  /** Workspaces that are not listed, because the list would be too long to read. */
  teamsLeftOut: number;
  lastSeq: number;
  clock: string;
  notice: string | undefined;
}

/** The buttons on a workspace, in the order of how much they break. */
const faultButtons = [
  ['close', 'Close socket'],
  ['reset', 'Reset socket'],
  ['mute', 'Mute socket'],
  ['deaf', 'Make deaf'],
  ['goodbye', 'Say goodbye'],
  ['subscriptions_off', 'Switch events off'],
  ['disable_integration', 'Disable integration'],
  ['revoke_token', 'Revoke token'],
  ['remove_app', 'Remove app'],
  ['enable', 'Enable again'],
] as const;

const STATUS_WORDS = { active: '● active', disabled: '✕ disabled', removed: '✕ removed' } as const;

export function homePage(view: HomeView): Html {
  return html`<div class="columns" data-last-seq="${view.lastSeq}">
<nav class="panel" aria-label="Workspaces">
<h2>Workspaces</h2>
<ul class="list">${view.teams.map((team) => teamLink(team, team === view.team))}</ul>
${view.teamsLeftOut === 0 ? '' : html`<p class="quiet">and ${view.teamsLeftOut} more: /?team=name</p>`}
<div id="faults">${faultList(view)}</div>
</nav>
${view.team ? workspace(view, view.team) : html`<section class="panel"><h1>No workspace</h1><p>Create one with <code>POST /_sim/teams</code>.</p></section>`}
<section class="panel" aria-label="Log">
<h2>What happened</h2>
<p class="quiet" id="clock">${view.clock}</p>
<ol class="log" id="log" reversed tabindex="0" aria-label="Last records, newest first">${view.log.map(logItem)}</ol>
</section>
</div>`;
}

function teamLink(team: Team, isCurrent: boolean): Html {
  return html`<li><a href="/?team=${team.id}" ${isCurrent ? html`aria-current="page"` : ''}>${team.name}</a></li>`;
}

function faultList(view: HomeView): Html {
  const { faults } = view;
  return html`<h2>Faults in force</h2>
${faults.length === 0 ? html`<p class="quiet">None.</p>` : ''}
<ul class="list">${faults.map(
    (
      fault,
    ) => html`<li><form method="post" action="/_ui/faults/remove" class="row">${hidden('id', fault.id)}${here(view)}
<span>⚡ ${fault.kind} <span class="quiet">${fault.where}, hit ${fault.hits}×</span></span><button>End<span class="hidden"> ${fault.kind}</span></button></form></li>`,
  )}</ul>
<form method="post" action="/_ui/faults">${hidden('kind', 'outage')}${here(view)}<button class="danger">⚡ Outage of everything</button></form>`;
}

function workspace(view: HomeView, team: Team): Html {
  return html`<section class="panel" aria-label="${team.name}">
<h1>${team.name} <span class="quiet">${team.id}</span></h1>
<div id="status" role="status">${statusLine(view)}${view.notice === undefined ? '' : html`<p class="notice">${view.notice}</p>`}</div>
<nav aria-label="Conversations"><ul class="tabs">${view.places.map(
    (place) =>
      html`<li><a href="${linkTo(view, place)}" ${place === view.place ? html`aria-current="page"` : ''}>${place.label}</a></li>`,
  )}</ul></nav>
<ol class="messages" id="messages" aria-live="polite" tabindex="0" aria-label="Messages">${
    view.messages.length === 0
      ? html`<li class="quiet">Nothing was said here yet.</li>`
      : view.messages.map(messageItem)
  }</ol>
${view.place ? sayForm(view, team, view.place) : ''}
<h2>Break it</h2>
<form method="post" action="/_ui/faults" class="buttons">${here(view)}
${faultButtons.map(([kind, label]) => html`<button name="kind" value="${kind}">${label}</button>`)}</form>
</section>`;
}

function statusLine(view: HomeView): Html {
  const { installation, sockets } = view;
  if (!installation) {
    return html`<form method="post" action="/_ui/install" class="row">${here(view)}<span>The app is not installed here.</span>
<button class="primary">Install without OAuth</button></form>`;
  }
  const socketWords = sockets === 1 ? '1 RTM socket' : `${sockets} RTM sockets`;
  return html`<p>App: <strong class="${installation.status === 'active' ? 'good' : 'bad'}">${STATUS_WORDS[installation.status]}</strong> · ${socketWords}</p>`;
}

function sayForm({ people, person }: HomeView, team: Team, place: Place): Html {
  return html`<form method="post" action="/_ui/say" class="say" data-clear>
${hidden('team', team.id)}${hidden('channel', place.key)}
<label>As <select name="user">${people.map(
    (one) => html`<option value="${one.id}" ${one === person ? 'selected' : ''}>${one.name}</option>`,
  )}</select></label>
<label class="grow"><span class="hidden">Message</span><input name="text" required maxlength="4000" autocomplete="off" placeholder="Write a message"></label>
<button class="primary">Send</button>
</form>`;
}

function messageItem(message: MessageInfo): Html {
  const time = new Date(Number.parseFloat(message.ts) * 1000).toISOString().slice(11, 19);
  return html`<li class="${message.isBot ? 'bot' : 'person'}"><span class="who">${message.name}${message.isBot ? html` <span class="tag">bot</span>` : ''}</span>
<time class="quiet">${time}</time><span class="text">${message.threadTs === undefined ? '' : '↳ '}${message.text}</span></li>`;
}

function logItem(line: LogLine): Html {
  return html`<li class="${line.tone}"><time class="quiet">${line.time}</time> <span class="sign" aria-hidden="true">${line.sign}</span> <strong>${line.title}</strong> <span class="quiet">${line.where}</span> <span class="detail">${line.detail}</span></li>`;
}

function linkTo({ team, person }: HomeView, place: Place): string {
  return `/?${new URLSearchParams({ team: team?.id ?? '', channel: place.key, as: person?.id ?? '' }).toString()}`;
}

/** Where the page stands, so that every form leads back to the same conversation and person. */
function here({ team, place, person }: HomeView): Html {
  return html`${hidden('team', team?.id)}${hidden('channel', place?.key)}${hidden('user', person?.id)}`;
}

function hidden(name: string, value: string | undefined): Html | string {
  return value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`;
}
