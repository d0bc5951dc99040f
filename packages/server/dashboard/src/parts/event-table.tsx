/** Stored events as lines. */
import { Badge, Time, type Tone, visible } from 'ui-kit';
import type { Event } from '../answers.ts';
import { capital } from './coded.tsx';
import { errorWords } from './words.ts';

const STATES: Readonly<Record<Event['state'], [Tone, string]>> = {
  failed: ['bad', 'failed'],
  retry: ['warn', 'tried again'],
  ready: ['info', 'waiting'],
  done: ['good', 'handled'],
};

export function EventState({ state }: { state: Event['state'] }) {
  const [tone, words] = STATES[state];
  return <Badge tone={tone}>{words}</Badge>;
}

export function EventTable({ events, hasTeam = true }: { events: readonly Event[]; hasTeam?: boolean }) {
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th>Event</th>
            {hasTeam && <th>Team</th>}
            <th>State</th>
            <th class="num">Attempts</th>
            <th>Received</th>
            <th>Error</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.seq}>
              <td>
                <a href={`/admin/events/${encodeURIComponent(event.eventId)}`} class="strong">
                  {event.type}
                </a>
                <div class="small soft mono">{event.eventId}</div>
              </td>
              {hasTeam && (
                <td class="mono">
                  <a href={`/admin/teams/${encodeURIComponent(event.teamId)}`}>{event.teamId}</a>
                </td>
              )}
              <td>
                <EventState state={event.state} />
              </td>
              <td class="num">{event.attempts}</td>
              <td>
                <Time at={event.receivedAt} />
              </td>
              <td class="error-cell">
                {event.error && (
                  <>
                    <span title={event.error.code}>{capital(errorWords(event.error.code))}</span>{' '}
                    <span class="clamp small soft">{visible(event.error.message)}</span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
