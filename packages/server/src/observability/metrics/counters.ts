/**
 * What is counted while the server runs, from its creation on. One per server; features do not know it: wiring/ joins it with what
 * they tell. Nothing in it names a team, a channel, a person or a text.
 */
import { Durations, Tally } from './tally.ts';

/** Seconds. From a commit on a fast disk to a listener that waits for three rate limits. */
const EVENT_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Seconds. An attempt ends after 10 s. */
const CALL_BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds. A commit that takes over 2.5 s is an outage. */
const STORE_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export class Counters {
  readonly eventsAccepted = new Tally();
  readonly eventsRepeated = new Tally();
  readonly eventsDropped = new Tally('reason').withZero('inactive').withZero('unknown_team').withZero('expired');
  readonly eventsFailed = new Tally('code').withZero('listener_failed').withZero('handler_timed_out');
  readonly putToHandled = new Durations(EVENT_BOUNDS);
  readonly listener = new Durations(EVENT_BOUNDS);
  readonly interactionsFailed = new Tally('code')
    .withZero('listener_failed')
    .withZero('ack_missing')
    .withZero('handler_timed_out');
  readonly requestsRejected = new Tally();

  readonly slackCalls = new Tally('method', 'result');
  readonly slackCall = new Durations(CALL_BOUNDS);

  readonly connects = new Tally('transport', 'result');
  readonly closes = new Tally('transport', 'reason');
  readonly deaf = new Tally();

  readonly probes = new Tally('result');
  readonly verdicts = withVerdicts(new Tally('status', 'reason'));
  readonly refreshes = new Tally('result');

  readonly fences = new Tally();
  readonly shardsGained = new Tally('how');
  readonly shardsLost = new Tally();

  readonly statement = new Durations(STORE_BOUNDS, 'kind');
  readonly storeErrors = new Tally('kind', 'trouble');
  readonly errors = new Tally('where');
}

/** Those that come: the others are one in a thousand. */
function withVerdicts(verdicts: Tally): Tally {
  for (const status of ['inactive', 'held']) {
    for (const reason of ['account_inactive', 'token_revoked', 'invalid_auth']) verdicts.withZero(status, reason);
  }
  return verdicts;
}
