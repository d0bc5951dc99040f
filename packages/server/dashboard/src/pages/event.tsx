/** One event: its way, its payload, its error, and what can be done with it. */
import { useState } from 'preact/hooks';
import { CopyButton, Failure, JsonTree, plural, Skeleton, Time, visible } from 'ui-kit';
import type { EventDetails, Why } from '../answers.ts';
import { Action } from '../parts/action.tsx';
import { BulkEvents } from '../parts/bulk-events.tsx';
import { capital } from '../parts/coded.tsx';
import { EventState } from '../parts/event-table.tsx';
import { Waterfall } from '../parts/waterfall.tsx';
import { errorWords } from '../parts/words.ts';
import { useAnswer } from '../read.ts';

export function EventPage({ eventId }: { eventId: string }) {
  const path = `/api/events/${encodeURIComponent(eventId)}`;
  const { value: event, error, reload } = useAnswer<EventDetails>(path);
  const trail = (
    <p class="small">
      <a href="/admin/events">Events</a> / <span class="mono">{eventId}</span>
    </p>
  );
  if (!event)
    return (
      <div class="stack">
        {trail}
        <h1 class="mono">{eventId}</h1>
        {error ? <Failure error={error} onRetry={reload} /> : <Skeleton lines={6} />}
      </div>
    );
  return (
    <div class="stack">
      {trail}
      {error && <Failure error={error} onRetry={reload} />}
      <header class="row spread">
        <div class="row">
          <h1>{event.type}</h1>
          <EventState state={event.state} />
        </div>
        <Actions event={event} />
      </header>
      {event.error && <Problem error={event.error} />}
      <Way key={`${event.state} ${event.attempts}`} event={event} />
      <Facts event={event} />
      <Payload payload={event.payload} />
    </div>
  );
}

function Problem({ error }: { error: NonNullable<EventDetails['error']> }) {
  return (
    <div class="notice tone-bad">
      <p>
        <strong>{capital(errorWords(error.code))}:</strong> {visible(error.message)}
      </p>
      <p class="small mono">
        {error.code}
        {error.at && ` at ${error.at}`}
      </p>
    </div>
  );
}

function Facts({ event }: { event: EventDetails }) {
  return (
    <section class="card">
      <dl class="facts">
        <dt>Event</dt>
        <dd class="mono">
          {event.eventId} <CopyButton text={event.eventId} />
        </dd>
        <dt>Team</dt>
        <dd class="mono">
          <a href={`/admin/teams/${encodeURIComponent(event.teamId)}`}>{event.teamId}</a>
        </dd>
        <dt>Received</dt>
        <dd>
          <Time at={event.receivedAt} isExact />
        </dd>
        <dt>Attempts</dt>
        <dd>{event.attempts}</dd>
      </dl>
    </section>
  );
}

/** What became of it, in a sentence and in times. */
function Way({ event: { eventId, state } }: { event: EventDetails }) {
  // Other processes are asked for it: once an event has ended there is nothing new to hear.
  const isLive = state === 'ready' || state === 'retry';
  const { value, error, reload } = useAnswer<Why>('/api/why', { about: eventId, askSlack: false }, { isLive });
  const trace = value?.events.find((one) => one.eventId === eventId);
  return (
    <section class="card stack" aria-label="Its way">
      <header class="no-gap">
        <h2>Its way</h2>
      </header>
      {error && <Failure error={error} onRetry={reload} />}
      {!value && !error && <Skeleton lines={3} />}
      {value && <p>{visible(value.answer)}</p>}
      {trace && <Waterfall trace={trace} />}
    </section>
  );
}

function Actions({ event }: { event: EventDetails }) {
  const { eventId, state } = event;
  return (
    <div class="row">
      {state === 'failed' && (
        <>
          <Action
            label="Replay"
            path="/api/events/replay"
            body={{ eventId }}
            tone="primary"
            cli={`events replay ${eventId}`}
          />
          <BulkEvents filter={{ since: event.receivedAt }} label="Replay all that failed since" isSmall={false} />
        </>
      )}
      {state !== 'done' && (
        <Action
          label="Discard"
          path="/api/events/discard"
          body={{ eventId }}
          tone="danger"
          cli={`events discard ${eventId}`}
          question={{
            title: 'Discard this event?',
            text: 'It will never be handled. This cannot be undone.',
            verb: 'Discard',
            isDangerous: true,
          }}
        />
      )}
    </div>
  );
}

function Payload({ payload }: { payload: unknown }) {
  const [search, setSearch] = useState('');
  const found = search === '' || payload === null ? undefined : countMatches(payload, search.toLowerCase());
  return (
    <section class="card">
      <header>
        <h2>Payload</h2>
        {payload !== null && (
          <div class="row">
            <span class="small soft" role="status">
              {found !== undefined && plural(found, 'place')}
            </span>
            <input
              class="input narrow"
              type="search"
              placeholder="Find"
              aria-label="Find in the payload"
              value={search}
              onInput={(event) => setSearch(event.currentTarget.value)}
            />
            <CopyButton text={() => JSON.stringify(payload, null, 2)} label="Copy JSON" title="Copy the payload" />
          </div>
        )}
      </header>
      {payload === null ? (
        <p class="soft">
          It is not kept: what was handled leaves only its id. Texts of messages show with ADMIN_SHOW_TEXTS=true.
        </p>
      ) : (
        <JsonTree value={payload} search={search} />
      )}
    </section>
  );
}

/** Names and values that hold the text. */
function countMatches(value: unknown, search: string): number {
  if (typeof value !== 'object' || value === null) return Number(String(value).toLowerCase().includes(search));
  return Object.entries(value).reduce(
    (sum, [key, child]) =>
      sum + Number(!Array.isArray(value) && key.toLowerCase().includes(search)) + countMatches(child, search),
    0,
  );
}
