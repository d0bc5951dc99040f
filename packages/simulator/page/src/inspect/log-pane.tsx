/** Everything that went over the wire, newest first, with a search. */
import { useState } from 'preact/hooks';
import { Badge, type Tone } from 'ui-kit';
import type { LogRecord } from '../../../src/log/log-record.ts';
import { PaneFrame } from '../chat/person.tsx';
import { placeLink } from '../place.ts';
import { log, team, teams } from '../sim.ts';

const MOST_SHOWN = 300;

export function LogPane() {
  const [search, setSearch] = useState('');
  const [isAll, setAll] = useState(false);
  const here = team.value?.id;
  const shown = log.value
    .filter((record) => record.frame !== 'ping' && record.frame !== 'pong')
    .filter((record) => isAll || record.team === undefined || record.team === here)
    .filter((record) => search === '' || JSON.stringify(record).toLowerCase().includes(search.toLowerCase()))
    .slice(-MOST_SHOWN)
    .toReversed();
  return (
    <PaneFrame title={<h2>Traffic</h2>}>
      <div class="pane-tools">
        <input
          class="input"
          type="search"
          list={undefined}
          placeholder="Method, error, event, channel …"
          aria-label="Find in the traffic"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <label class="row small">
          <input type="checkbox" checked={isAll} onChange={(event) => setAll(event.currentTarget.checked)} /> all
          workspaces
        </label>
      </div>
      <ol class="log">
        {shown.map((record) => (
          <LogLine key={record.seq} record={record} hasTeam={isAll} />
        ))}
        {shown.length === 0 && <li class="empty">Nothing yet.</li>}
      </ol>
    </PaneFrame>
  );
}

export function LogLine({ record, hasTeam = false }: { record: LogRecord; hasTeam?: boolean }) {
  const [tone, sign, title] = describe(record);
  const teamName = hasTeam ? teams.value.find(({ id }) => id === record.team)?.name : undefined;
  return (
    <li class="log-line">
      <details>
        <summary>
          <time class="mono small soft">{new Date(record.atMs).toISOString().slice(11, 23)}</time>{' '}
          <span class={`log-sign tone-${tone}`}>{sign}</span> <span class="mono">{title}</span>{' '}
          {record.error && <Badge tone="bad">{record.error}</Badge>}{' '}
          {teamName && <span class="small soft">{teamName}</span>}{' '}
          <span class="small soft ellipsis">{record.text}</span>
        </summary>
        <pre class="code-block">{JSON.stringify(record, null, 2)}</pre>
        {record.delivery && (
          <a class="small" href={placeLink({ panel: 'trace', about: record.delivery })}>
            Open the delivery
          </a>
        )}
      </details>
    </li>
  );
}

function describe(record: LogRecord): [Tone, string, string] {
  switch (record.kind) {
    case 'request':
      return [record.ok ? 'good' : 'bad', record.ok ? '✓' : '✕', record.method ?? ''];
    case 'request_held':
      return ['warn', '…', record.method ?? ''];
    case 'oauth':
      return [record.ok === false ? 'bad' : 'good', '⚿', 'OAuth'];
    case 'socket_open':
      return [record.ok === false ? 'bad' : 'good', '⇄', 'socket opened'];
    case 'socket_close':
      return ['warn', '⇹', `socket closed ${record.code ?? ''} by the ${record.by}`];
    case 'frame_in':
      return ['none', '←', `from app: ${record.frame ?? 'frame'}`];
    case 'frame_out':
      return ['none', '→', `to app: ${record.frame ?? 'event'}`];
    case 'message':
      return ['none', '✎', 'message of a person'];
    case 'delivery':
      return [
        record.ok ? 'good' : 'bad',
        '⇢',
        `${record.event ?? 'delivery'}${record.attempt ? ` retry ${record.attempt}` : ''}`,
      ];
    case 'fault':
      return ['bad', '⚡', record.fault ?? 'fault'];
    case 'clock':
      return ['info', '⏱', 'clock'];
  }
}
