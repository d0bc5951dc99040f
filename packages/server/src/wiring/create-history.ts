/** Joins the history of events with the parts of a server: its store, its dispatcher, its request URL, and what its hooks are told. */
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { BotServerEventName, BotServerEvents } from '../events.ts';
import { History } from '../history/history.ts';
import { readObject } from '../read-json.ts';
import { isOwnChallenge } from '../request-url/own-challenge.ts';
import type { TurnedAway } from '../request-url/request-url.ts';
import type { Clock } from '../time/clock.ts';
import { factAlone, factOfBody, fitsSubject, heldFactOf } from './remember-events.ts';

export interface CreateHistoryDeps extends Pick<EngineDeps, 'config' | 'storage' | 'ownership' | 'clock' | 'log'> {
  /** It is made with the history, and asked when it is there. */
  readonly dispatcher: () => Pick<Dispatcher, 'held'>;
}

/** The history of a server. */
export function createHistory({ config, storage, ownership, clock, log, dispatcher }: CreateHistoryDeps): History {
  return new History({
    capacity: config.historyEvents,
    store: storage.store,
    nodeId: () => ownership.nodeId,
    held: (subject) => dispatcher().held(fitsSubject(subject)).map(heldFactOf),
    clock,
    log,
  });
}

/** What hooks are told of the app as a whole; gaps of teams are in their timelines. */
export function rememberTold(
  history: Pick<History, 'add'>,
  clock: Pick<Clock, 'now'>,
): (name: BotServerEventName, payload: unknown) => void {
  return (name, payload) => {
    if (name === 'gap') {
      const { teamId, fromMs, toMs, reason } = payload as BotServerEvents['gap'];
      if (teamId === null) history.add(factAlone('gap', clock.now(), { fromMs, toMs, reason }));
    }
    if (name !== 'error') return;
    const { teamId, error } = payload as BotServerEvents['error'];
    if (error.code !== 'events_stopped') return;
    const { fromMs } = error.facts as { fromMs?: number };
    history.add(factAlone('deaf', clock.now(), { fromMs }, teamId));
  };
}

/** Bodies without a valid signature of which it is read for which team they claim to be: so many a second, and no larger. */
const READ_PER_SECOND = 5;
const MAX_READ_BYTES = 65_536;
const SECOND_MS = 1_000;

/** Remembers what the request URL turned away. Whoever posts without a signature costs no more than a few parsed bodies a second. */
export function rememberTurnedAway(
  history: Pick<History, 'add'>,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): (turned: TurnedAway) => void {
  let secondMs = Number.NEGATIVE_INFINITY;
  let inSecond = 0;
  let untold = 0;
  return ({ status, why: reason, skewMs, bytes }) => {
    const nowMs = clock.monotonic();
    if (nowMs - secondMs >= SECOND_MS) [secondMs, inSecond] = [nowMs, 0];
    if (inSecond++ >= READ_PER_SECOND) {
      untold++;
      return;
    }
    // What it claims to be: nobody has proved it.
    const body =
      bytes && bytes.byteLength <= MAX_READ_BYTES ? (readObject(Buffer.from(bytes).toString('utf8')) ?? {}) : {};
    // Of a doctor with another secret, who says so itself: that it came says nothing of Slack.
    if (isOwnChallenge(body)) return;
    const details = { status, reason, skewMs, count: 1 + untold };
    untold = 0;
    history.add(factOfBody('turned_away', body, { ...details, atMs: clock.now() }));
  };
}
