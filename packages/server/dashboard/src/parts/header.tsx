/** The bar on top: places, whether the page is live, who is logged in. */
import { useEffect } from 'preact/hooks';
import { address, Badge, type LiveState, type Tone } from 'ui-kit';
import { live } from '../live.ts';
import { logOut, session } from '../session.ts';
import { status } from '../status.ts';

const PLACES = [
  ['', 'Overview'],
  ['teams', 'Teams'],
  ['events', 'Events'],
  ['incident', 'Incident'],
  ['jobs', 'Jobs'],
  ['broadcasts', 'Broadcasts'],
  ['cluster', 'Cluster'],
  ['audit', 'Audit'],
] as const;

export function Header() {
  const group = address.value.pathname.split('/')[2] ?? '';
  const name = PLACES.find(([path]) => path === group)?.[1] ?? 'Dashboard';
  useEffect(() => {
    document.title = `${name} · Dashboard`;
  }, [name]);
  return (
    <header class="bar">
      <a class="bar-name" href="/admin">
        Slack bot server
      </a>
      <nav aria-label="Places" class="bar-places">
        {PLACES.map(([path, words]) => (
          <a
            key={path}
            href={path === '' ? '/admin' : `/admin/${path}`}
            aria-current={path === group ? 'page' : undefined}
          >
            {words}
            {path === 'incident' && <IncidentMark />}
          </a>
        ))}
      </nav>
      <div class="row">
        <LiveMark />
        {session.value?.role === 'read' && <Badge isPlain>read only</Badge>}
        <button type="button" class="button quiet small" onClick={logOut}>
          Log out
        </button>
      </div>
    </header>
  );
}

function IncidentMark() {
  return status.value?.incident ? <span class="alarm" role="img" aria-label="an incident is on" /> : null;
}

const LIVE: Readonly<Record<LiveState, [Tone, string, string]>> = {
  connecting: ['none', 'connecting', 'The live connection is being opened.'],
  live: ['good', 'live', 'Changes are shown as they happen.'],
  reconnecting: [
    'warn',
    'reconnecting',
    'The live connection was lost: what is shown may be out of date until it is back.',
  ],
  paused: ['none', 'paused', 'Paused while nobody looks at this page.'],
};

function LiveMark() {
  const [tone, word, words] = LIVE[live.value?.state.value ?? 'connecting'];
  return (
    <span title={words} role="status">
      <Badge tone={tone}>{word}</Badge>
    </span>
  );
}
