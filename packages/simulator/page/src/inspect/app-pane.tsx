/** The settings of an app, as its developer sees them: credentials for its `.env`, URLs, subscriptions, scopes; and its installs. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Badge, CopyButton, confirmed, toast, useLoad } from 'ui-kit';
import type { SocketInfo } from '../../../src/faults/live-sockets.ts';
import type { AppInfo } from '../../../src/workspace/info.ts';
import { PaneFrame } from '../chat/person.tsx';
import { goTo } from '../place.ts';
import { api, doIt, revision, screen, status, team } from '../sim.ts';
import { DeafButton, FaultsOfApp } from './faults-pane.tsx';
import { OrgInstall } from './org-install.tsx';

export function AppPane({ appId }: { appId: string | undefined }) {
  const apps = status.value?.apps ?? [];
  const app = apps.find(({ id }) => id === appId) ?? apps[0];
  return (
    <PaneFrame title={<h2>Apps</h2>}>
      <div class="stack pad">
        <div class="tabs">
          {apps.map(({ id, name }) => (
            <button key={id} type="button" aria-pressed={id === app?.id} onClick={() => goTo({ about: id })}>
              {name}
            </button>
          ))}
        </div>
        {app && <Install key={`i${app.id}`} app={app} />}
        {app && <OrgInstall key={`o${app.id}`} app={app} />}
        {app && <Sockets key={`s${app.id}`} app={app.id} />}
        {app && <FaultsOfApp key={`f${app.id}`} app={app.id} />}
        {app && <Credentials app={app} />}
        {app && <Settings key={app.id} app={app} />}
        <NewApp />
      </div>
    </PaneFrame>
  );
}

function Install({ app }: { app: AppInfo }) {
  const now = screen.value?.apps.find(({ id }) => id === app.id);
  const here = team.value;
  const place = useRef<HTMLElement>(null);
  const before = useRef(now?.status);
  useEffect(() => {
    // The button that somebody pressed is gone with the state that it was for.
    if (before.current !== now?.status && document.activeElement === document.body) place.current?.focus();
    before.current = now?.status;
  }, [now?.status]);
  if (!now || !here) return null;
  const fault = async (kind: string, question?: string) => {
    if (
      question &&
      !(await confirmed({
        title: question,
        text: 'Its tokens stop working at once.',
        verb: 'Go on',
        isDangerous: true,
      }))
    )
      return;
    await doIt(api.post('/_sim/faults', { kind, team: here.id, app: app.id }));
  };
  return (
    <section ref={place} tabIndex={-1} class="card stack-small" aria-label="Install">
      <h3 class="row">
        In {here.name}{' '}
        <Badge tone={now.status === 'active' ? 'good' : 'none'}>
          {now.status === 'none' ? 'not installed' : now.status}
        </Badge>
      </h3>
      <p class="small soft">{now.sockets === 1 ? '1 socket is open' : `${now.sockets} sockets are open`}.</p>
      <div class="row">
        {now.status !== 'active' && (
          <button
            type="button"
            class="button small"
            onClick={() => void doIt(api.post('/_sim/installs', { team: here.id, app: app.id }))}
          >
            Install without OAuth
          </button>
        )}
        {now.status === 'active' && (
          <>
            <button
              type="button"
              class="button small"
              onClick={() => void fault('disable_integration', `Disable ${app.name} in ${here.name}?`)}
            >
              Disable
            </button>
            <button
              type="button"
              class="button small"
              onClick={() => void fault('remove_app', `Remove ${app.name} from ${here.name}?`)}
            >
              Remove
            </button>
            <button
              type="button"
              class="button small"
              onClick={() => void fault('revoke_token', `Revoke the tokens of ${app.name} in ${here.name}?`)}
            >
              Revoke tokens
            </button>
          </>
        )}
        {now.status === 'disabled' && (
          <button type="button" class="button small" onClick={() => void fault('enable')}>
            Enable again
          </button>
        )}
      </div>
    </section>
  );
}

/** A light for each connection. */
function Sockets({ app }: { app: string }) {
  const { value } = useLoad('sockets', (signal) => api.get<{ sockets: SocketInfo[] }>('/_sim/sockets', {}, signal), {
    revision: revision.value,
  });
  // Those of Socket Mode are of the app, those of RTM of a workspace.
  const sockets = value?.sockets.filter((one) => one.app === app && (!one.team || one.team === team.value?.id)) ?? [];
  if (sockets.length === 0) return null;
  return (
    <ul class="card stack-small" aria-label="Connections">
      {sockets.map(({ id, state }) => (
        <li key={id} class="row small">
          <span class={`light light-${state === 'open' ? 'on' : 'idle'}`} aria-hidden="true" />
          <span class="mono">{id}</span> {state} <span class="grow" />
          <DeafButton app={app} socket={id} />
        </li>
      ))}
    </ul>
  );
}

function envOf(app: AppInfo): string {
  const { apiUrl } = status.value ?? {};
  return [
    `SLACK_API_URL=${apiUrl}`,
    `SLACK_CLIENT_ID=${app.clientId}`,
    `SLACK_CLIENT_SECRET=${app.clientSecret}`,
    `SLACK_SIGNING_SECRET=${app.signingSecret}`,
    ...(app.isSocketModeOn ? [`SLACK_APP_TOKEN=${app.appLevelToken}`] : []),
    '',
  ].join('\n');
}

function Credentials({ app }: { app: AppInfo }) {
  const regenerate = async () => {
    const isSure = await confirmed({
      title: `Regenerate the signing secret of ${app.name}?`,
      text: 'Requests are signed with the new one at once. An app that does not know it turns them away.',
      verb: 'Regenerate',
      isDangerous: true,
    });
    if (!isSure) return;
    const done = await doIt(api.send('PATCH', `/_sim/apps/${app.id}`, { signingSecret: null }));
    if (done) toast('Requests are signed with the new secret: copy the .env again.');
  };
  return (
    <section class="card stack-small" aria-label="Credentials">
      <h3 class="row spread">
        Credentials <CopyButton text={envOf(app)} label="Copy .env" />
      </h3>
      <dl class="facts small">
        <dt>App</dt>
        <dd class="mono">{app.id}</dd>
        <dt>Client</dt>
        <dd class="mono">{app.clientId}</dd>
        <dt>Kind</dt>
        <dd>{app.kind === 'classic' ? 'classic: RTM, OAuth v1' : 'granular: events, OAuth v2'}</dd>
      </dl>
      <p class="small soft">They are worth nothing outside this simulator.</p>
      <div class="row">
        <button type="button" class="button small" onClick={() => void regenerate()}>
          Regenerate the signing secret
        </button>
      </div>
    </section>
  );
}

const FLAGS = [
  ['isSocketModeOn', 'Socket Mode'],
  ['isTokenRotationOn', 'Token rotation'],
  ['isOrgWide', 'Org-wide installs'],
  ['isDistributed', 'May be installed anywhere'],
  ['isDelayedEventsOn', 'Delayed events'],
] as const;

function Settings({ app }: { app: AppInfo }) {
  const [requestUrl, setRequestUrl] = useState(app.requestUrl ?? '');
  const [events, setEvents] = useState(app.eventSubscriptions.join('\n'));
  const [scopes, setScopes] = useState(app.botScopes.join('\n'));
  const [commands, setCommands] = useState(app.commands.map(({ command }) => command).join('\n'));
  const patch = async (body: object) => {
    const done = await doIt(
      api.send<{ verification?: { ok: boolean; error?: string } }>('PATCH', `/_sim/apps/${app.id}`, body),
    );
    if (!done) return;
    if (done.verification && !done.verification.ok)
      toast(`The request URL was not verified: ${done.verification.error ?? 'no answer'}. It stays as it was.`, 'bad');
    else toast('Saved.');
  };
  const save = async (event: Event) => {
    event.preventDefault();
    const lines = (text: string) => text.split(/\s+/).filter(Boolean);
    const isNewUrl = requestUrl !== (app.requestUrl ?? '');
    await patch({
      ...(isNewUrl && { requestUrl: requestUrl || null }),
      eventSubscriptions: lines(events),
      botScopes: lines(scopes),
      commands: lines(commands).map((command) => ({ command })),
    });
  };
  return (
    <form class="card stack-small" onSubmit={save} aria-label="Settings">
      <h3>Settings</h3>
      <label class="field">
        <span>Request URL</span>
        <input
          class="input mono"
          type="url"
          list={undefined}
          placeholder="none: nothing is posted"
          value={requestUrl}
          onInput={(event) => setRequestUrl(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Event subscriptions</span>
        <textarea class="input mono" value={events} onInput={(event) => setEvents(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>Bot scopes</span>
        <textarea class="input mono" value={scopes} onInput={(event) => setScopes(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>Slash commands</span>
        <textarea
          class="input mono"
          placeholder="none: every command is this app’s"
          value={commands}
          onInput={(event) => setCommands(event.currentTarget.value)}
        />
      </label>
      <div class="row">
        <button type="submit" class="button primary small">
          Save
        </button>
      </div>
      {FLAGS.map(([name, label]) => (
        <label key={name} class="row">
          <input
            type="checkbox"
            checked={app[name]}
            onChange={(event) => void patch({ [name]: event.currentTarget.checked })}
          />{' '}
          {label}
        </label>
      ))}
    </form>
  );
}

function NewApp() {
  const [text, setText] = useState('');
  const [name, setName] = useState('');
  const card = useRef<HTMLDetailsElement>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    const manifest = text.trim() === '' ? undefined : text;
    const made = await doIt(
      api.post<AppInfo>('/_sim/apps', { ...(name && { name }), ...(manifest ? { manifest } : { kind: 'granular' }) }),
    );
    if (!made) return;
    goTo({ about: made.id });
    toast(`${made.name} is here. Copy its .env, start it, and install it.`);
    setText('');
    setName('');
    // What is to be done next stands on top.
    if (card.current) card.current.open = false;
    card.current?.closest('.pane-body')?.scrollTo({ top: 0 });
  };
  return (
    <details ref={card} class="card">
      <summary class="strong">New app</summary>
      <form class="stack-small" onSubmit={save}>
        <label class="field">
          <span>Name</span>
          <input class="input" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>Manifest, JSON or YAML, as Slack exports it</span>
          <textarea class="input mono" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button primary small">
          Create
        </button>
      </form>
    </details>
  );
}
