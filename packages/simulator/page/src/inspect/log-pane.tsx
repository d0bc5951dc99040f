/** Everything that went over the wire, newest first, with a search. */
import { useMemo, useState } from 'preact/hooks';
import { Badge, CopyButton, count, Failure, moment, QueryBox, type QueryTerm, type Tone, timeOfDay } from 'ui-kit';
import type { LogRecord } from '../../../src/log/log-record.ts';
import { PaneFrame } from '../chat/person.tsx';
import { about, goTo, placeLink } from '../place.ts';
import { log, logError, readLog, team, teams } from '../sim.ts';
import { FaultsLike } from './faults-pane.tsx';
import { logFilter } from './log-query.ts';

const MOST_SHOWN = 300;

export function LogPane() {
  const query = about.value ?? '';
  const [isAll, setAll] = useState(false);
  const here = team.value?.id;
  const names = useMemo(() => new Map(teams.value.map(({ id, name }) => [id, name])), [teams.value]);
  const fits = useMemo(() => logFilter(query, names), [query, names]);
  const found = log.value.filter(
    (record) =>
      record.frame !== 'ping' &&
      record.frame !== 'pong' &&
      (isAll || record.team === undefined || record.team === here || query.includes('team:')) &&
      fits(record),
  );
  const shown = found.slice(-MOST_SHOWN).toReversed();
  return (
    <PaneFrame title={<h2>Traffic</h2>}>
      <div class="pane-tools">
        <QueryBox
          label="Find in the traffic"
          placeholder="method:chat.* error:… team:… words"
          value={query}
          terms={terms()}
          onChange={(words) => goTo({ panel: 'log', about: words || undefined }, { replace: true })}
        />
        <div class="row small spread">
          <label class="row small">
            <input type="checkbox" checked={isAll} onChange={(event) => setAll(event.currentTarget.checked)} /> all
            workspaces
          </label>
          <span class="soft" role="status">
            {count(found.length)} of {count(log.value.length)}
          </span>
        </div>
      </div>
      {logError.value && <Failure error={logError.value} onRetry={() => void readLog()} />}
      <ol class="log">
        {shown.map((record) => (
          <LogLine key={record.seq} record={record} hasTeam={isAll || query.includes('team:')} />
        ))}
        {shown.length === 0 && !logError.value && (
          <li class="empty">
            {log.value.length === 0 ? 'Nothing happened yet.' : 'No record matches. Remove a term.'}
          </li>
        )}
      </ol>
    </PaneFrame>
  );
}

/** What there is in the log now can be completed. */
function terms(): QueryTerm[] {
  const valuesOf = (name: keyof LogRecord) =>
    [...new Set(log.value.map((record) => record[name]))].filter((value) => typeof value === 'string').sort();
  return [
    { name: 'method', values: valuesOf('method'), help: 'of the Web API; * for any letters' },
    { name: 'team', values: teams.value.map(({ name }) => name.replaceAll(' ', '*')), help: 'name or id' },
    { name: 'kind', values: valuesOf('kind'), help: 'request, frame, delivery …' },
    { name: 'error', values: valuesOf('error') },
    { name: 'event', values: valuesOf('event'), help: 'of a delivery' },
    { name: 'ok', values: ['true', 'false'] },
    { name: 'app', values: valuesOf('app') },
    { name: 'channel', values: valuesOf('channel') },
    { name: 'status', help: 'of HTTP' },
    { name: 'socket', values: valuesOf('socket') },
  ];
}

export function LogLine({ record, hasTeam = false }: { record: LogRecord; hasTeam?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [tone, sign, title] = describe(record);
  const teamName = hasTeam ? teams.value.find(({ id }) => id === record.team)?.name : undefined;
  return (
    <li class="log-line">
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time class="mono small soft" title={moment(record.atMs)}>
            {timeOfDay(record.atMs, { isFine: true })}
          </time>{' '}
          <span class={`log-sign tone-${tone}`}>{sign}</span> <span class="mono">{title}</span>{' '}
          {record.error && <Badge tone="bad">{record.error}</Badge>}{' '}
          {teamName && <span class="small soft">{teamName}</span>}{' '}
          <span class="small soft ellipsis">{record.text}</span>
        </summary>
        {isOpen && (
          <div class="log-detail">
            <pre class="code-block">{JSON.stringify(record, null, 2)}</pre>
            <div class="row">
              <CopyButton text={JSON.stringify(record, null, 2)} label="Copy JSON" title="Copy the record" />
              {record.delivery && (
                <a class="button small" href={placeLink({ panel: 'trace', about: record.delivery })}>
                  Open the delivery
                </a>
              )}
            </div>
            {record.kind === 'request' && record.method !== undefined && (
              <FaultsLike name={record.method} method={record.method} app={record.app} />
            )}
          </div>
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
