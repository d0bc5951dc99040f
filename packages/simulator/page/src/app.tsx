/** The frame: the bar on top, the workspace, the pane on the right. */
import { useEffect } from 'preact/hooks';
import { Badge, Confirmations, Toasts } from 'ui-kit';
import { Conversation } from './chat/conversation.tsx';
import { Modals } from './chat/modal.tsx';
import { Avatar, PersonPane } from './chat/person.tsx';
import { Sidebar } from './chat/sidebar.tsx';
import { ThreadPane } from './chat/thread-pane.tsx';
import { AppPane } from './inspect/app-pane.tsx';
import { FaultsPane } from './inspect/faults-pane.tsx';
import { LogPane } from './inspect/log-pane.tsx';
import { TracePane } from './inspect/trace-pane.tsx';
import { about, closePanel, goTo, panel, placeLink, placeOfLink, threadTs } from './place.ts';
import { faults, liveState, screen, status, team, teams } from './sim.ts';

export function App() {
  useShortcuts();
  const name = team.value?.name;
  useEffect(() => {
    document.title = `${name ?? 'Slack'} · Simulator`;
  }, [name]);
  return (
    <div class="frame">
      <TopBar />
      <div class={`workspace${panel.value ? ' with-pane' : ''}`}>
        <Sidebar />
        <main class="conversation">
          <Conversation />
        </main>
        <Pane />
      </div>
      <Modals />
      <Confirmations />
      <Toasts />
    </div>
  );
}

function Pane() {
  const shown = panel.value;
  if (!shown) return null;
  return (
    <aside class="pane" aria-label="Details">
      {shown === 'thread' && threadTs.value && <ThreadPane key={threadTs.value} threadTs={threadTs.value} />}
      {shown === 'log' && <LogPane />}
      {shown === 'faults' && <FaultsPane />}
      {shown === 'app' && <AppPane appId={about.value} />}
      {shown === 'trace' && about.value && <TracePane key={about.value} about={about.value} />}
      {shown === 'person' && about.value && <PersonPane id={about.value} />}
    </aside>
  );
}

function TopBar() {
  const clock = status.value?.clock;
  return (
    <header class="top">
      <a class="top-name" href="/">
        Slack <strong>Simulator</strong>
      </a>
      <span class="top-note">not the real Slack</span>
      <TeamSwitch />
      <PersonSwitch />
      <Jump />
      <span class="grow" />
      <nav class="top-tools" aria-label="Tools">
        <Tool name="log" label="Traffic" />
        <Tool name="app" label="Apps" />
        <Tool name="faults" label={faults.value.length > 0 ? `Break it (${faults.value.length})` : 'Break it'} />
      </nav>
      {clock?.mode === 'manual' && <Badge tone="warn">clock paused</Badge>}
      <span role="status">
        <Badge tone={liveState.value === 'live' ? 'good' : 'warn'}>{liveState.value}</Badge>
      </span>
    </header>
  );
}

function Tool({ name, label }: { name: 'log' | 'app' | 'faults'; label: string }) {
  const isOpen = panel.value === name;
  return (
    <a
      href={placeLink({ panel: isOpen ? undefined : name, about: undefined, thread: undefined })}
      aria-current={isOpen ? 'true' : undefined}
    >
      {label}
    </a>
  );
}

function TeamSwitch() {
  return (
    <label class="switch">
      <span class="sr-only">Workspace</span>
      <select
        value={team.value?.id ?? ''}
        title="Workspace (Alt+W: the next one)"
        onChange={(event) =>
          goTo({
            team: event.currentTarget.value,
            as: undefined,
            channel: undefined,
            thread: undefined,
            panel: undefined,
            about: undefined,
          })
        }
      >
        {teams.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function PersonSwitch() {
  const now = screen.value;
  const people = now?.people.filter(({ isBot, isDeleted }) => !isBot && !isDeleted) ?? [];
  const self = people.find(({ id }) => id === now?.me);
  return (
    <label class="switch">
      {self && <Avatar person={self} size={24} />}
      <span class="sr-only">You are</span>
      <select
        value={now?.me ?? ''}
        title="Who you are (Alt+P: the next one)"
        onChange={(event) => goTo({ as: event.currentTarget.value, thread: undefined })}
      >
        {people.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A link to a message or the name of a conversation leads there. */
function Jump() {
  const jump = (text: string) => {
    const link = placeOfLink(text);
    if (link)
      return goTo({
        channel: link.channel,
        focus: link.ts,
        thread: link.thread,
        panel: link.thread ? 'thread' : undefined,
      });
    const name = text.trim().replace(/^[#@]/, '').toLowerCase();
    const found = screen.value?.conversations.find((one) => one.name.toLowerCase() === name && one.kind !== 'im');
    if (found) goTo({ channel: found.id, focus: undefined, thread: undefined });
  };
  return (
    <input
      class="jump"
      type="search"
      list={undefined}
      id="jump"
      placeholder="Jump to a channel, or paste a link (Ctrl+K)"
      aria-label="Jump to a channel, or paste a link to a message"
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        jump(event.currentTarget.value);
        event.currentTarget.value = '';
        event.currentTarget.blur();
      }}
    />
  );
}

function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        document.getElementById('jump')?.focus();
      } else if (event.altKey && event.key.toLowerCase() === 'w') nextTeam(event);
      else if (event.altKey && event.key.toLowerCase() === 'p') nextPerson(event);
      else if (
        event.key === 'Escape' &&
        !event.defaultPrevented &&
        panel.peek() &&
        !document.querySelector('dialog[open]') &&
        document.activeElement === document.body
      )
        closePanel();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function nextTeam(event: KeyboardEvent): void {
  event.preventDefault();
  const all = teams.peek();
  const at = all.findIndex(({ id }) => id === team.peek()?.id);
  const next = all[(at + 1) % all.length];
  if (next)
    goTo({ team: next.id, as: undefined, channel: undefined, thread: undefined, panel: undefined, about: undefined });
}

function nextPerson(event: KeyboardEvent): void {
  event.preventDefault();
  const people = screen.peek()?.people.filter(({ isBot, isDeleted }) => !isBot && !isDeleted) ?? [];
  const at = people.findIndex(({ id }) => id === screen.peek()?.me);
  const next = people[(at + 1) % people.length];
  if (next) goTo({ as: next.id, thread: undefined });
}
