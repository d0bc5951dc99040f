/** The frame: who is logged in, where one is, and the page of that place. */
import { useEffect } from 'preact/hooks';
import { address, Confirmations, Failure, Toasts } from 'ui-kit';
import { startLive } from './live.ts';
import { AuditPage } from './pages/audit.tsx';
import { BroadcastsPage } from './pages/broadcasts.tsx';
import { ClusterPage } from './pages/cluster.tsx';
import { EventPage } from './pages/event.tsx';
import { EventsPage } from './pages/events.tsx';
import { IncidentPage } from './pages/incident.tsx';
import { JobsPage } from './pages/jobs.tsx';
import { LoginPage } from './pages/login.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { TeamPage } from './pages/team.tsx';
import { TeamsPage } from './pages/teams.tsx';
import { Header } from './parts/header.tsx';
import { resumeSession, session, sessionError } from './session.ts';
import { useFreshStatus } from './status.ts';

export function App() {
  const isLoggedIn = session.value !== null && session.value !== undefined;
  useEffect(() => (isLoggedIn ? startLive() : undefined), [isLoggedIn]);
  if (session.value === undefined) return sessionError.value ? <Unreachable error={sessionError.value} /> : null;
  if (session.value === null) return <LoginPage />;
  return <LoggedIn />;
}

/** Nobody knows yet whether somebody is logged in. */
function Unreachable({ error }: { error: Error }) {
  return (
    <main class="login">
      <div class="card stack">
        <h1>Slack bot server</h1>
        <Failure error={error} onRetry={() => void resumeSession()} />
      </div>
    </main>
  );
}

function LoggedIn() {
  const error = useFreshStatus();
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <Place error={error} />
      </main>
      <Confirmations />
      <Toasts />
    </>
  );
}

function Place({ error }: { error: Error | undefined }) {
  const [, , group = '', id] = address.value.pathname.split('/');
  const named = id ? nameIn(id) : undefined;
  switch (group) {
    case '':
      return <OverviewPage error={error} />;
    case 'teams':
      return named ? <TeamPage key={named} teamId={named} /> : <TeamsPage />;
    case 'events':
      return named ? <EventPage key={named} eventId={named} /> : <EventsPage />;
    case 'incident':
      return <IncidentPage />;
    case 'jobs':
      return <JobsPage />;
    case 'cluster':
      return <ClusterPage statusError={error} />;
    case 'broadcasts':
      return <BroadcastsPage />;
    case 'audit':
      return <AuditPage />;
    default:
      return <NoPlace />;
  }
}

/** A part of an address that somebody typed may be encoded as nothing is. */
function nameIn(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function NoPlace() {
  return (
    <div class="stack">
      <h1>Page not found</h1>
      <p>
        <a href="/admin">To the overview</a>
      </p>
    </div>
  );
}
