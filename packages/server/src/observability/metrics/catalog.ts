/** Every series of ours, once: docs/monitor.md is compared with it. Names are forever; alerts and dashboards of others use them. */
import type { Counters } from './counters.ts';
import { counter, counterOf, gauge, gauges, histogram, type Series, samplesOf } from './series.ts';
import type { EventCounts, Sources, StoreFacts } from './sources.ts';

/** What was looked up for this scrape. */
export interface Asked {
  store: StoreFacts;
  ready: Readonly<Record<string, string>>;
}

/** @param asked The last answers of what takes time to answer. */
export function catalogOf(counters: Counters, sources: Sources, asked: () => Asked): readonly Series[] {
  return [
    gauges('build_info', 'Always 1; the labels say what runs.', Object.keys(sources.build), () => [
      { labels: sources.build, value: 1 },
    ]),
    ...readinessSeries(asked),
    ...teamSeries(counters, sources, asked),
    ...eventSeries(counters, sources, asked),
    ...slackSeries(counters),
    ...connectionSeries(counters, sources),
    ...leaseSeries(counters, sources),
    ...storeSeries(counters, asked),
    counter('errors_total', 'Errors passed to the hook `error`, by where they happened.', counters.errors, ['where']),
  ];
}

function readinessSeries(asked: () => Asked): Series[] {
  const isOk = (word: string) => Number(word === 'ok' || word === 'owning');
  return [
    gauges('ready', 'Whether a check of /readyz passes (1) or not (0).', ['check'], () =>
      samplesOf('check', Object.fromEntries(Object.entries(asked().ready).map(([check, word]) => [check, isOk(word)]))),
    ),
  ];
}

function teamSeries(counters: Counters, sources: Sources, asked: () => Asked): Series[] {
  return [
    gauges(
      'teams',
      'Installations that this process knows, by status and doubt. Every process knows all of them: take the maximum.',
      ['status', 'doubt'],
      () => sources.teams(),
    ),
    gauge('incident', 'Whether so many installations failed together that further ones are held (1).', () =>
      asked().store.isIncident === undefined ? undefined : Number(asked().store.isIncident),
    ),
    counter('probes_total', "Questions whether a team's token still lives, by what Slack answered.", counters.probes, [
      'result',
    ]),
    counter(
      'verdicts_total',
      'Verdicts about installations that were written, by the new status and its reason.',
      counters.verdicts,
      ['status', 'reason'],
    ),
    counter('refreshes_total', 'Refreshes of rotating tokens, by result.', counters.refreshes, ['result']),
  ];
}

function eventSeries(counters: Counters, sources: Sources, asked: () => Asked): Series[] {
  const count = (read: (events: EventCounts) => number) => () => {
    const events = sources.events();
    return events && read(events);
  };
  const since = (read: (events: EventCounts) => number) => () => count(read)() ?? 0;
  const byWord = (name: string, help: string, label: string, read: (events: EventCounts) => Record<string, number>) => {
    const { name: full } = counterOf(name, help, () => 0);
    const read0 = () => {
      const events = sources.events();
      return events ? samplesOf(label, read(events)) : [];
    };
    return { name: full, help, type: 'counter', labels: [label], read: read0 } as const satisfies Series;
  };
  return [
    byWord('deliveries_total', 'Event deliveries of Slack, by what it was answered.', 'result', (e) => e.deliveries),
    counter(
      'requests_rejected_total',
      'Requests to the request URL without a valid signature of Slack.',
      counters.requestsRejected,
    ),
    counter('events_accepted_total', 'Events that were stored and not known before.', counters.eventsAccepted),
    counter('events_repeated_total', 'Events that came again and were known.', counters.eventsRepeated),
    counter('events_dropped_total', 'Events that no listener gets, by reason.', counters.eventsDropped, ['reason']),
    counterOf(
      'events_handled_total',
      'Events whose listeners ended well.',
      since((e) => e.handled),
    ),
    counter('events_failed_total', 'Runs of events that failed, by code.', counters.eventsFailed, ['code']),
    counterOf(
      'events_superseded_total',
      'Ends of events that were not written, because another node has their shard by now.',
      since((e) => e.superseded),
    ),
    byWord('unrouted_total', 'What Slack delivered that matches no installation here.', 'kind', (e) => e.unrouted),
    counter(
      'interactions_failed_total',
      'Commands, buttons, shortcuts, modals and option queries that failed or were not acknowledged, by code.',
      counters.interactionsFailed,
      ['code'],
    ),
    histogram(
      'event_put_to_handled_seconds',
      'From the arrival of an event to the end of its listeners, waiting included. Of events that were handled.',
      counters.putToHandled,
    ),
    histogram(
      'listener_duration_seconds',
      'How long the listeners of an event took, also when they failed or their time was over.',
      counters.listener,
    ),
    gauge(
      'events_running',
      'Events whose listeners run.',
      count((e) => e.running),
    ),
    gauge(
      'backlog_events',
      'Events that wait in memory for their turn.',
      count((e) => e.waiting),
    ),
    gauge(
      'backlog_bytes',
      'Size of the events that wait in memory or run.',
      count((e) => e.bytes),
    ),
    gauge(
      'backlog_oldest_age_seconds',
      'Age of the oldest event that waits in memory for its turn; 0 when none waits.',
      count((e) => e.oldestWaitMs / 1_000),
    ),
    gauges(
      'inbox_events',
      'Events in rows of their own in the database (ready, retry, failed), each counted up to 10000. Of all processes together: take the maximum.',
      ['state'],
      () => samplesOf('state', asked().store.keptEvents ?? {}),
    ),
  ];
}

function slackSeries(counters: Counters): Series[] {
  return [
    counter(
      'slack_calls_total',
      'Requests to Slack, each attempt counted, by method (unknown ones are `other`) and result.',
      counters.slackCalls,
      ['method', 'result'],
    ),
    histogram('slack_call_duration_seconds', 'How long Slack took to answer an attempt.', counters.slackCall),
  ];
}

function connectionSeries(counters: Counters, sources: Sources): Series[] {
  return [
    gauges('connections', 'Connections of this process, by transport and state.', ['transport', 'state'], () =>
      sources
        .sockets()
        .flatMap(({ transport, byState }) =>
          Object.entries(byState).map(([state, value]) => ({ labels: { transport, state }, value })),
        ),
    ),
    gauges('connects_waiting', 'Connects that wait for a slot of the limiter.', ['transport'], () =>
      sources.sockets().map(({ transport, queued }) => ({ labels: { transport }, value: queued })),
    ),
    counter(
      'connects_total',
      'Attempts to connect that ended, by transport and result (`open`, or why not).',
      counters.connects,
      ['transport', 'result'],
    ),
    counter('closes_total', 'Open connections that were lost or closed, by transport and reason.', counters.closes, [
      'transport',
      'reason',
    ]),
    counter('deaf_total', 'Times that posts of the bot did not come back as events.', counters.deaf),
    {
      ...counterOf('malformed_frames_total', 'Frames that were no JSON objects, and ignored.', () => 0),
      labels: ['transport'],
      read: () =>
        sources.sockets().map(({ transport, malformedFrames }) => ({ labels: { transport }, value: malformedFrames })),
    },
  ];
}

/** In the words of OwnershipState. */
const LEASE_STATES = ['idle', 'owning', 'fenced', 'draining'];

function leaseSeries(counters: Counters, sources: Sources): Series[] {
  return [
    gauges('lease_state', 'The state of this process among the others: 1 for the present one.', ['state'], () => {
      const lease = sources.lease();
      return lease ? LEASE_STATES.map((state) => ({ labels: { state }, value: Number(state === lease.state) })) : [];
    }),
    gauge('owned_shards', 'Shards of this process, Socket Mode slots included.', () => sources.lease()?.ownedShards),
    gauge('lease_age_seconds', 'Time since the lease was renewed; nothing where one process has the database.', () => {
      const ageMs = sources.lease()?.ageMs;
      return ageMs === undefined ? undefined : ageMs / 1_000;
    }),
    counter('fences_total', 'Times that this process had to stop sending and writing for its teams.', counters.fences),
    counter(
      'shards_gained_total',
      'Shards that became those of this process: after a death (`takeover`) or given (`given`).',
      counters.shardsGained,
      ['how'],
    ),
    counter('shards_lost_total', 'Shards that this process gave back or lost.', counters.shardsLost),
  ];
}

function storeSeries(counters: Counters, asked: () => Asked): Series[] {
  return [
    gauge('store_up', 'Whether the database answered this scrape (1) or not (0).', () => Number(asked().store.isUp)),
    histogram('store_statement_duration_seconds', 'How long the database took, by kind of work.', counters.statement),
    counter(
      'store_errors_total',
      'Work that the database failed, by kind and by what is wrong.',
      counters.storeErrors,
      ['kind', 'trouble'],
    ),
    gauge(
      'store_disk_free_bytes',
      'Room on the disk of the SQLite database; nothing for PostgreSQL.',
      () => asked().store.diskFreeBytes,
    ),
  ];
}
