/** The frame: the bar on top, the workspace, the pane on the right; or two such frames side by side. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { address, Confirmations, Empty, navigate, Skeleton, Toasts, toast, withParams } from 'ui-kit';
import { Columns, hasColumns } from './beside.tsx';
import { useNoStrayDrops } from './chat/composer-files.tsx';
import { Conversation } from './chat/conversation.tsx';
import { DraftsPane, ScheduledPane } from './chat/drafts-pane.tsx';
import { Modals } from './chat/modal.tsx';
import { NotesPane } from './chat/notes-pane.tsx';
import { PaneEdge } from './chat/pane-edge.tsx';
import { PaneFrame, PersonPane } from './chat/person.tsx';
import { SearchPane } from './chat/search-pane.tsx';
import { isSidebarOpen, Sidebar } from './chat/sidebar.tsx';
import { ThreadPane } from './chat/thread-pane.tsx';
import { AppPane } from './inspect/app-pane.tsx';
import { ClockSection } from './inspect/clock-section.tsx';
import { FaultsPane } from './inspect/faults-pane.tsx';
import { LogPane } from './inspect/log-pane.tsx';
import { SessionPane } from './inspect/session-pane.tsx';
import { TracePane } from './inspect/trace-pane.tsx';
import { about, type Panel, panel, threadTs } from './place.ts';
import { KeyList, useShortcuts } from './shortcuts.tsx';
import { screen, screenError, startSimulator, team } from './sim.ts';
import { TopBar } from './top-bar.tsx';

export function App() {
  return hasColumns() ? <Columns /> : <Frame />;
}

function Frame() {
  useShortcuts();
  useNoStrayDrops();
  const name = team.value?.name;
  useEffect(() => {
    startSimulator();
    // What /app_redirect could not do.
    const said = address.peek().searchParams.get('notice');
    if (!said) return;
    toast(said, 'warn');
    navigate(withParams({ notice: undefined }), { replace: true });
  }, []);
  useEffect(() => {
    document.title = `${name ?? 'Slack'} · Simulator`;
  }, [name]);
  return (
    <div class="frame">
      <TopBar />
      <div class={`workspace${panel.value ? ' with-pane' : ''}${isSidebarOpen.value ? ' with-sidebar' : ''}`}>
        <Sidebar />
        <main class="conversation">
          <Conversation />
        </main>
        <Pane />
      </div>
      <Modals />
      <KeyList />
      <Confirmations />
      <Toasts />
    </div>
  );
}

function Pane() {
  const isOpen = panel.value !== undefined;
  const wasOpen = useRef(false);
  useEffect(() => {
    // The focus was in what is closed: one goes on to write.
    if (wasOpen.current && !isOpen && document.activeElement === document.body)
      document.querySelector<HTMLElement>('.conversation .composer textarea')?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  if (!isOpen) return null;
  return (
    <aside class="pane" aria-label="Details">
      <PaneEdge />
      <PaneContent />
    </aside>
  );
}

/** By its name. */
const PANES: Readonly<Record<Panel, (what: string | undefined) => ComponentChildren>> = {
  thread: () => (threadTs.value ? <ThreadPane key={threadTs.value} threadTs={threadTs.value} /> : null),
  log: () => <LogPane />,
  faults: () => <FaultsPane clock={<ClockSection />} />,
  app: (what) => <AppPane appId={what} />,
  session: () => <SessionPane />,
  trace: (what) => (what ? <TracePane key={what} about={what} /> : null),
  person: (what) => (what ? <PersonPane id={what} /> : null),
  notes: () => <NotesPane />,
  drafts: () => <DraftsPane />,
  scheduled: () => <ScheduledPane />,
  search: () => <SearchPane />,
};

function PaneContent() {
  const name = panel.value;
  if (name && !screen.value) return <PaneAtFirst />;
  return <>{name && PANES[name](about.value)}</>;
}

/** Before anything was read: what panes take from the screen would look like none. */
function PaneAtFirst() {
  const error = screenError.value;
  return (
    <PaneFrame title={<h2 class="sr-only">Details</h2>}>
      {error === undefined ? <Skeleton lines={6} /> : <Empty>Nothing could be read.</Empty>}
    </PaneFrame>
  );
}
