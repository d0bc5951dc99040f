/** The way to Slack: the one fetch, joined with the gate, the judge and whoever counts, and the server's own calls through it. */
import type { Config } from '../config/config.ts';
import { presentRun, refusalHere, unlessLost } from '../dispatch/listener-work.ts';
import type { TokenMap } from '../installation/token-map.ts';
import type { Counters } from '../observability/metrics/counters.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { Ownership } from '../ownership/ownership.ts';
import { methodLabel } from '../slack/known-methods.ts';
import { createEgress, type Egress } from '../slack/proxy.ts';
import type { SentPost } from '../slack/sent-post.ts';
import type { Signal } from '../slack/signal.ts';
import {
  type AttemptEnded,
  createSlackFetch,
  type LimitedCall,
  type SentAttempt,
  type SlackFetch,
  type SlackFetchOptions,
} from '../slack/slack-fetch.ts';
import { type CallSlack, createCallSlack } from '../slack/web-api.ts';
import type { Clock } from '../time/clock.ts';

export interface SlackAccessDeps {
  config: Pick<Config, 'slackApiUrl' | 'httpsProxy' | 'noProxy'>;
  tokens: TokenMap;
  counters: Counters;
  tracing: Tracing;
  /** Undefined before the start. */
  ownership(): Pick<Ownership, 'holdsLease' | 'nodeId'> | undefined;
  report(signal: Signal): void;
  posted(post: SentPost): void;
  limited(limited: LimitedCall): void;
  /** Takes secrets out of what errors say. */
  readonly redact: (text: string) => string;
  clock: Clock;
  random: () => number;
  options: SlackFetchOptions;
}

export interface SlackAccess {
  slackFetch: SlackFetch;
  callSlack: CallSlack;
  /** Undefined without a proxy. */
  egress: Egress | undefined;
}

/** Creates it; nothing is sent before somebody asks. */
export function createSlackAccess(deps: SlackAccessDeps): SlackAccess {
  const { config, tokens, clock, random, options } = deps;
  const { slackApiUrl: apiUrl } = config;
  const leaseOf = () => {
    const ownership = deps.ownership();
    return ownership?.holdsLease() ? ownership.nodeId : undefined;
  };
  const egress = createEgress(config, clock);
  const slackFetch = createSlackFetch({
    apiUrl,
    ...(egress ? { fetch: egress.fetch } : {}),
    lookup: unlessLost((token, carried) => tokens.lookup(token, carried)),
    refusalOf: (method, init) => refusalHere(method, init, () => leaseOf() !== undefined),
    carry: (token) => tokens.carry(token),
    leaseOf,
    report: (signal) => deps.report(signal),
    onPosted: (post) => deps.posted(post),
    onLimited: (limited) => deps.limited(limited),
    onAttempt: (attempt) => observeAttempt(deps, attempt),
    clock,
    random,
    options,
  });
  return { slackFetch, callSlack: createCallSlack(slackFetch, apiUrl, deps.redact), egress };
}

/** Each attempt is counted, remembered with the event in which it is made, and has a span where the work around it has one. */
function observeAttempt({ counters, tracing, clock }: SlackAccessDeps, { method, purpose }: SentAttempt): AttemptEnded {
  const { slackCalls, slackCall } = counters;
  const label = methodLabel(method);
  const endSpan = tracing.call(label, purpose);
  const run = presentRun();
  const startedMs = clock.monotonic();
  const afterMs = run ? Math.max(0, clock.now() - run.startedAtMs) : 0;
  return (result, code) => {
    const ms = clock.monotonic() - startedMs;
    slackCalls.add(label, result);
    if (result !== 'refused') slackCall.observe(ms);
    endSpan?.(result);
    const coded = code === undefined ? {} : { code: codeIn(code) };
    run?.called({ method: label, result, ms: Math.round(ms), afterMs, ...coded });
  };
}

/** A server that is only compatible with Slack may say anything in the place of a code. */
function codeIn(code: string): string {
  return /^[a-z][a-z0-9_]{0,59}$/.test(code) ? code : 'unreadable';
}
