/** One event: its way, its payload, its error, and what can be done with it. */
import { useState } from 'preact/hooks';
import { CopyButton, Failure, JsonTree, Skeleton, Time } from 'ui-kit';
import type { EventDetails } from '../answers.ts';
import { Action } from '../parts/action.tsx';
import { EventState } from '../parts/event-table.tsx';
import { useAnswer } from '../read.ts';
import { BulkReplay } from './events.tsx';

export function EventPage({ eventId }: { eventId: string }) {
  const path = `/api/events/${encodeURIComponent(eventId)}`;
  const { value: event, error, reload } = useAnswer<EventDetails>(path);
  if (error && !event) return <Failure error={error} onRetry={reload} />;
  if (!event) return <Skeleton lines={6} />;
  return (
    <div class="stack">
      <p class="small">
        <a href="/admin/events">Events</a> / <span class="mono">{eventId}</span>
      </p>
      <header class="row spread">
        <div class="row">
          <h1>{event.type}</h1>
          <EventState state={event.state} />
        </div>
        <Actions event={event} />
      </header>
      {event.error && (
        <div class="notice tone-bad">
          <p>
            <code>{event.error.code}</code> {event.error.message}
          </p>
          {event.error.at && <p class="small mono">{event.error.at}</p>}
        </div>
      )}
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
      <Payload payload={event.payload} />
    </div>
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
          <BulkReplay filter={{ since: event.receivedAt }} label="Replay all that failed since" />
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
  return (
    <section class="card">
      <header>
        <h2>Payload</h2>
        {payload !== null && (
          <div class="row">
            <input
              class="input narrow"
              type="search"
              placeholder="Find"
              aria-label="Find in the payload"
              value={search}
              onInput={(event) => setSearch(event.currentTarget.value)}
            />
            <CopyButton text={JSON.stringify(payload, null, 2)} label="Copy JSON" title="Copy the payload" />
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
