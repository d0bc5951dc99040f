/** Breaks Slack on purpose, and mends it. */
import type { ComponentChildren } from 'preact';
import { Badge, plural, toast } from 'ui-kit';
import type { FaultInfo } from '../../../src/faults/fault-info.ts';
import { PaneFrame } from '../chat/person.tsx';
import { Icon } from '../icon.tsx';
import { api, doIt, faults, status, team, teams } from '../sim.ts';

interface FaultButton {
  kind: string;
  label: string;
  title: string;
  /** Of everything, not of the workspace. */
  isGlobal?: boolean;
  /** Of the app in every workspace. */
  isOfApp?: boolean;
  fields?: Record<string, unknown>;
}

const GROUPS: readonly (readonly [string, readonly FaultButton[]])[] = [
  [
    'The app in this workspace',
    [
      {
        kind: 'disable_integration',
        label: 'Disable integration',
        title: 'As an administrator does; tokens answer account_inactive',
      },
      { kind: 'remove_app', label: 'Remove app', title: 'Tokens answer as if they had never existed' },
      { kind: 'revoke_token', label: 'Revoke tokens', title: 'Tokens answer token_revoked' },
      { kind: 'enable', label: 'Enable again', title: 'Takes the above back' },
      { kind: 'new_token', label: 'New token', title: 'The next install gives another bot token' },
      { kind: 'uninstalled_first', label: 'Uninstalled first', title: 'app_uninstalled comes before tokens_revoked' },
      {
        kind: 'subscriptions_off',
        label: 'Subscriptions off',
        title: 'As after an hour of failures: no events in any workspace',
        isOfApp: true,
      },
    ],
  ],
  [
    'Connections',
    [
      { kind: 'close', label: 'Close', title: 'A close frame' },
      { kind: 'reset', label: 'Reset', title: 'The connection is cut' },
      { kind: 'mute', label: 'Mute', title: 'It stays open and says nothing' },
      { kind: 'goodbye', label: 'Goodbye', title: 'Slack announces that it is going away' },
      { kind: 'migrate', label: 'Migrate', title: 'The workspace moves to other servers' },
      { kind: 'refuse_sockets', label: 'Refuse new ones', title: 'New connections get 503, until ended' },
      {
        kind: 'accept_then_close',
        label: 'Accept and close',
        title: 'New connections open and close at once, until ended',
      },
      { kind: 'no_hello', label: 'No hello', title: 'New connections open and no hello comes, until ended' },
      { kind: 'duplicate', label: 'Twice', title: 'RTM frames arrive twice' },
      { kind: 'rtm_write_limit', label: 'Write limit', title: 'RTM takes one message a second' },
      {
        kind: 'disconnect',
        label: 'Refresh requested',
        title: 'Socket Mode announces that it ends the connection',
        isOfApp: true,
        fields: { reason: 'refresh_requested' },
      },
      {
        kind: 'ghost_sockets',
        label: 'Ghosts',
        title: 'Socket Mode counts connections that no longer exist',
        isOfApp: true,
      },
      { kind: 'deaf', label: 'Make deaf', title: 'Everything looks fine, but no event arrives' },
    ],
  ],
  [
    'Calls',
    [
      { kind: 'rate_limit', label: '429', title: 'Every call is limited', fields: { retryAfterSeconds: 5 } },
      { kind: 'server_error', label: '503', title: 'Every call gets a page of 503' },
      { kind: 'slow', label: 'Slow', title: 'Every call takes 3 s longer', fields: { delayMs: 3_000 } },
      { kind: 'hang', label: 'Hang', title: 'No call is answered' },
      { kind: 'hold', label: 'Hold', title: 'Answers wait until the fault is ended' },
      { kind: 'refuse', label: 'Refuse', title: 'Every call answers fatal_error', fields: { error: 'fatal_error' } },
      { kind: 'tier_limits', label: 'Tier limits', title: 'Calls are limited as by Slack’s tiers' },
      { kind: 'malformed', label: 'Malformed', title: 'Answers are half a JSON' },
      { kind: 'outage', label: 'Outage of everything', title: 'Slack is down', isGlobal: true },
    ],
  ],
  [
    'Deliveries',
    [
      { kind: 'delivery_duplicate', label: 'Twice', title: 'Events arrive twice' },
      { kind: 'delivery_reorder', label: 'Out of order', title: 'Events arrive out of order' },
      { kind: 'delivery_delay', label: 'Late', title: 'Events arrive 5 s late', fields: { delayMs: 5_000 } },
      { kind: 'delivery_drop', label: 'Lost', title: 'Events get lost' },
      {
        kind: 'slow_delivery',
        label: 'Slow body',
        title: 'The body comes 5 s after its head',
        fields: { delayMs: 5_000 },
      },
      { kind: 'drop_ack', label: 'Acks lost', title: 'Acks are not heard, events are tried again' },
    ],
  ],
];

/** @param props.clock What moves Slack's clock: it stands below. */
export function FaultsPane({ clock }: { clock: ComponentChildren }) {
  return (
    <PaneFrame title={<h2>Break it</h2>}>
      <div class="stack pad">
        <p class="small soft">The real Slack has no such buttons. Each fault can be narrowed by /_sim/faults.</p>
        <Standing />
        {GROUPS.map(([name, buttons]) => (
          <section key={name} class="stack-small">
            <h3>{name}</h3>
            <div class="row">
              <FaultButtons buttons={buttons} scope={{}} />
            </div>
          </section>
        ))}
        {clock}
      </div>
    </PaneFrame>
  );
}

/** Besides the workspace. */
interface Scope {
  app?: string | undefined;
  method?: string | undefined;
  event?: string | undefined;
  socket?: string | undefined;
}

function FaultButtons({ buttons, scope }: { buttons: readonly FaultButton[]; scope: Scope }) {
  return (
    <>
      {buttons.map((button) => (
        <button
          key={button.kind}
          type="button"
          class="button small"
          title={button.title}
          onClick={() => void begin(button, scope)}
        >
          {button.label}
        </button>
      ))}
    </>
  );
}

/** What breaks one app in this workspace: its connections, its calls, its deliveries. */
export function FaultsOfApp({ app }: { app: string }) {
  return (
    <details class="card">
      <summary class="strong">Break it here</summary>
      <div class="stack-small">
        {GROUPS.slice(1).map(([name, buttons]) => (
          <div key={name} class="row">
            <span class="small soft fault-group">{name}</span>
            <FaultButtons buttons={buttons.filter(({ isGlobal }) => !isGlobal)} scope={{ app }} />
          </div>
        ))}
      </div>
    </details>
  );
}

/** What breaks every call of a method, or every delivery of an event, where one of them is looked at. */
export function FaultsLike({ name, ...scope }: Scope & { name: string }) {
  const [, buttons = []] =
    GROUPS.find(([group]) => group === (scope.method === undefined ? 'Deliveries' : 'Calls')) ?? [];
  return (
    <details>
      <summary class="small">
        Break {scope.method === undefined ? 'deliveries' : 'calls'} like this ({name})
      </summary>
      <div class="row">
        <FaultButtons buttons={buttons.filter(({ isGlobal }) => !isGlobal)} scope={scope} />
      </div>
    </details>
  );
}

/** One connection alone. */
export function DeafButton({ app, socket }: { app: string; socket: string }) {
  const deaf = { kind: 'deaf', label: 'Make deaf', title: 'It looks fine, but no event arrives on it', isOfApp: true };
  return <FaultButtons buttons={[deaf]} scope={{ app, socket }} />;
}

async function begin({ kind, label, isGlobal, isOfApp, fields }: FaultButton, scope: Scope): Promise<void> {
  const here = isOfApp || !team.peek() ? {} : { team: team.peek()?.id };
  const where = isGlobal ? {} : { ...here, ...scope };
  const done = await doIt(api.post('/_sim/faults', { kind, ...fields, ...where }));
  if (done !== undefined) toast(`${label}: done.`);
}

function Standing() {
  if (faults.value.length === 0) return <p class="small soft">Nothing is broken.</p>;
  return (
    <ul class="stack-small">
      {faults.value.length > 1 && (
        <li>
          <button type="button" class="button" onClick={() => void doIt(api.send('DELETE', '/_sim/faults'))}>
            End all {faults.value.length}
          </button>
        </li>
      )}
      {faults.value.map(({ id, kind, hits, held, spec }) => (
        <li key={id} class="standing-fault notice tone-bad">
          <span class="grow">
            <Icon name="bolt" size={16} /> <strong>{kind}</strong> <span class="small">{scopeWords(spec)}</span>{' '}
            <Badge isPlain>{plural(hits, 'hit')}</Badge> {held > 0 && <Badge isPlain>{held} waiting</Badge>}
          </span>
          <button
            type="button"
            class="button small"
            aria-label={`End ${kind}`}
            onClick={() => void doIt(api.send('DELETE', `/_sim/faults/${id}`))}
          >
            End
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Where it holds, and how: `in Acme, of Demo Bot, retryAfterSeconds 5`. */
function scopeWords(spec: FaultInfo['spec']): string {
  const { kind: _kind, team: teamId, app: appId, ...rest }: Spec = spec;
  const where = teamId === undefined ? 'everywhere' : `in ${nameIn(teams.value, teamId)}`;
  const of = appId === undefined ? [] : [`of ${nameIn(status.value?.apps ?? [], appId)}`];
  const how = Object.entries(rest)
    // The page of an error is long, and nobody chose it here.
    .filter(([name, value]) => value !== undefined && value !== null && name !== 'body')
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(' ') : String(value)}`);
  return [where, ...of, ...how].join(', ');
}

interface Spec {
  kind: string;
  team?: string | undefined;
  app?: string | undefined;
}

function nameIn(all: readonly { id: string; name: string }[], id: string): string {
  return all.find((one) => one.id === id)?.name ?? id;
}
