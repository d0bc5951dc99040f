/** What the server told since the page was opened, newest first: each line says in words what happened, and leads there. */
import { Badge, Time, type Tone, visible } from 'ui-kit';
import { type Happening, happenings } from '../live.ts';
import { capital } from './coded.tsx';
import { errorWords } from './words.ts';

export function Happenings() {
  return (
    <section class="card flush">
      <header>
        <h2>As it happens</h2>
      </header>
      {happenings.value.length === 0 && <p class="empty">Quiet since this page was opened.</p>}
      <ol class="timeline" aria-live="off">
        {happenings.value.map((one) => (
          <li key={one.id}>
            <Time at={one.atMs} />
            <div>
              <Words happening={one} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

const CONNECTION: Readonly<Record<string, [Tone, string]>> = {
  starting: ['info', 'connects'],
  started: ['good', 'connected'],
  reconnecting: ['warn', 'reconnects'],
  gap: ['warn', 'was not connected'],
  stopping: ['none', 'is closed'],
  stopped: ['none', 'closed'],
};

function Words({ happening: { name, data } }: { happening: Happening }) {
  const teamId = textOf(data.teamId) || textOf(data.installation);
  const [team] = (data.teams as { name?: string | null; status?: string }[] | undefined) ?? [];
  const link = teamId && <a href={`/admin/teams/${encodeURIComponent(teamId)}`}>{visible(team?.name ?? teamId)}</a>;
  switch (name) {
    case 'connection': {
      const [tone, word] = CONNECTION[textOf(data.state)] ?? (['none', textOf(data.state)] as const);
      return (
        <>
          <Badge tone={tone}>{word}</Badge> {link || 'the app'} <span class="soft">{textOf(data.reason)}</span>
        </>
      );
    }
    case 'error':
      return (
        <>
          <Badge tone="bad">{errorWords(textOf(data.code))}</Badge> {link}{' '}
          <span class="soft clamp small">{visible(textOf(data.message))}</span>
        </>
      );
    case 'incident':
      return (
        <Badge tone={data.isOn ? 'bad' : 'good'}>{data.isOn ? 'an incident began' : 'the incident is over'}</Badge>
      );
    case 'audit':
      return (
        <>
          <Badge tone={data.outcome === 'failed' ? 'bad' : 'info'}>{textOf(data.who)}</Badge>{' '}
          <code>{textOf(data.operation)}</code> {link} <span class="soft">{textOf(data.outcome)}</span>
        </>
      );
    case 'purged':
      return (
        <>
          <Badge>deleted</Badge> {teamId}
        </>
      );
    default:
      return (
        <>
          <Badge tone="info">{capital(name)}</Badge> {link} <span class="soft">is {team?.status}</span>
        </>
      );
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
