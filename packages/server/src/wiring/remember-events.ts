/** Joins what happens to events with who remembers it: each of their ends as a fact. What is remembered of them is history/. */
import type { EndedRun, EventObserver } from '../dispatch/event-observer.ts';
import type { HeldEvent } from '../dispatch/held-event.ts';
import type { Fact, FactDetails, FactKind, FactSubject } from '../history/fact.ts';
import type { History } from '../history/history.ts';
import { placeInBody } from '../history/message-place.ts';
import type { HeldFact } from '../history/question.ts';
import type { Envelope } from '../inbox/envelope.ts';
import type { Clock } from '../time/clock.ts';

type Body = Readonly<Record<string, unknown>>;

export interface RememberDeps {
  history: Pick<History, 'add'>;
  /** Whether an event is of the bot's own doing; asked where no listener took it. */
  readonly wroteItself: (envelope: Envelope) => boolean;
  clock: Pick<Clock, 'now'>;
}

type Remembered = Pick<EventObserver, 'repeated' | 'dropped' | 'handled' | 'failed'>;

/** What the dispatcher tells. */
export function rememberEvents({ history, wroteItself, clock }: RememberDeps): Remembered {
  return {
    repeated(envelope) {
      const { retryNum, retryReason } = envelope;
      history.add(factOf('repeated', envelope, clock.now(), { retryNum, retryReason }));
    },
    dropped(reason, _count, known) {
      for (const envelope of known) {
        const { receivedAtMs } = envelope;
        history.add(factOf('dropped', envelope, clock.now(), { reason, receivedAtMs }));
      }
    },
    handled(envelope, ended) {
      if (!ended.run) return;
      const details = detailsOf(envelope, ended);
      if (ended.run.listeners.length === 0) details.reason = ended.run.leftOut ?? reasonOf(envelope, wroteItself);
      history.add(factOf('handled', envelope, clock.now(), details));
    },
    failed(envelope, { failure, runAtMs, ...ended }) {
      if (!ended.run) return;
      const { code, at } = failure;
      history.add(factOf('failed', envelope, clock.now(), { ...detailsOf(envelope, ended), code, at, runAtMs }));
    },
  };
}

/** Of what is not an event of ours yet, or never will be. */
export function factOfBody(
  kind: FactKind,
  body: Body,
  { teamId, atMs, ...details }: FactDetails & { teamId?: string | undefined; atMs: number },
): Fact {
  const event = body.event as { type?: unknown } | undefined;
  const type = textOf(event?.type);
  const team = teamId ?? textOf(body.team_id);
  return { kind, atMs, eventId: textOf(body.event_id), teamId: team, type, ...placeInBody(body), details };
}

/** The same of an event. */
export function factOf(kind: FactKind, { id, teamId, type, body }: Envelope, atMs: number, details: FactDetails): Fact {
  const { channel, ts } = placeInBody(body);
  return { kind, atMs, eventId: id, teamId, type, channel, ts, details };
}

/** Of no event. */
export function factAlone(kind: FactKind, atMs: number, details: FactDetails, teamId: string | null = null): Fact {
  return { kind, atMs, eventId: null, teamId, type: null, channel: null, ts: null, details };
}

export function heldFactOf({ envelope, attempts, startedAtMs, isRunning, behind, ...slots }: HeldEvent): HeldFact {
  const { id: eventId, teamId, type, receivedAtMs = null } = envelope;
  return {
    eventId,
    teamId,
    type,
    receivedAtMs,
    attempts,
    isRunning,
    startedAtMs: startedAtMs ?? null,
    behind: behind
      ? {
          eventId: behind.id,
          type: behind.type,
          startedAtMs: behind.startedAtMs ?? null,
          receivedAtMs: behind.receivedAtMs ?? null,
        }
      : null,
    ...slots,
  };
}

/** Whether an event is what is asked about. */
export function fitsSubject(subject: FactSubject): (envelope: Envelope) => boolean {
  if ('eventId' in subject) return ({ id }) => id === subject.eventId;
  return ({ body }) => {
    const { channel, ts } = placeInBody(body);
    return ts === subject.ts && channel === subject.channel;
  };
}

function detailsOf({ receivedAtMs, storedAtMs }: Envelope, { ms, run }: EndedRun): FactDetails {
  return {
    receivedAtMs,
    storedAtMs,
    startedAtMs: run?.startedAtMs,
    ms: Math.round(ms),
    attempt: run?.attempt,
    listeners: run?.listeners,
    calls: run?.calls,
    moreCalls: run?.moreCalls,
    endedBy: run?.endedBy,
  };
}

function reasonOf(envelope: Envelope, wroteItself: RememberDeps['wroteItself']): string {
  if (wroteItself(envelope)) return 'own_message';
  const event = envelope.body.event as { bot_id?: unknown; subtype?: unknown } | undefined;
  if (typeof event?.bot_id === 'string' || event?.subtype === 'bot_message') return 'bot_message';
  return typeof event?.subtype === 'string' ? 'subtype' : 'no_listener';
}

const MAX_ID = 64;

/** Ids and types are short; what is longer is neither. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_ID ? value : null;
}
