/**
 * The gate before Slack: may this be sent? Asked before each attempt, and once more when its bytes are about to leave (guarded-fetch.ts):
 * a process may have been frozen in between.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { BotServerError } from '../errors.ts';
import type { SentCredential } from './signal.ts';
import { type SlackPurpose, type SlackRequestInit, tokenOf } from './slack-request.ts';

/** What the gate says of a token right now. */
export type GateAnswer =
  /** May be sent. Without a credential (unknown tokens) or with `silent`, its answers raise no signal. */
  { pass: true; credential?: SentCredential; silent?: boolean } | { pass: false; error: BotServerError };

/** What a client carries beside its token, so that it is refused however long somebody keeps it. */
export interface CarriedToken {
  readonly token: string;
  /** The lookup's own knowledge of the token. */
  readonly known: SentCredential;
}

export interface GateDeps {
  /** The gate's answer for a token; `carried` is what the client that sends carries. */
  readonly lookup: (token: string, carried?: CarriedToken) => GateAnswer;
  /** Why a call is not sent although its token would pass; `method` is undefined for what is no call of the Web API. @defaultValue it is sent */
  refusalOf?: (method: string | undefined, init: SlackRequestInit) => BotServerError | undefined;
  /**
   * Names the lease under which this process may act now; undefined while it has none. What was begun under one that is over does not
   * leave, whatever it is. @defaultValue there are no leases
   */
  leaseOf?: () => string | undefined;
}

/** What is to be sent. */
export interface GatedAttempt {
  init: SlackRequestInit;
  method: string | undefined;
  purpose: SlackPurpose;
  carried: CarriedToken | undefined;
}

export type Passed = Pick<Extract<GateAnswer, { pass: true }>, 'credential' | 'silent'>;

/** The same question, at a later moment. */
export interface SecondLook {
  /** @throws BotServerError why it may not leave; that is kept */
  mayLeave: () => void;
  refusal?: unknown;
}

export interface Gate {
  /** @throws BotServerError why it is not sent */
  readonly pass: (attempt: GatedAttempt) => Passed;
  readonly lookAgain: (attempt: GatedAttempt) => SecondLook;
}

/** Builds the gate of one fetch. */
export function createGate({ lookup, refusalOf, leaseOf }: GateDeps): Gate {
  function pass({ init, method, purpose, carried }: GatedAttempt): Passed {
    const refusal = purpose === 'call' ? refusalOf?.(method, init) : undefined;
    if (refusal) throw refusal;
    const token = tokenOf(init);
    if (purpose === 'probe' || token === undefined) return {};
    const answer = lookup(token, carried);
    if (!answer.pass) throw answer.error;
    return answer;
  }

  function mayLeave(attempt: GatedAttempt, lease: string | undefined): void {
    pass(attempt);
    if (lease !== undefined && leaseOf?.() !== lease) throw leaseOverError(attempt);
  }

  return {
    pass,
    lookAgain(attempt) {
      const lease = leaseOf?.();
      const look: SecondLook = {
        // In the context of who sends: a connection may have been opened for somebody else.
        mayLeave: AsyncLocalStorage.bind(() => {
          try {
            mayLeave(attempt, lease);
          } catch (refusal) {
            look.refusal = refusal;
            throw refusal;
          }
        }),
      };
      return look;
    },
  };
}

function leaseOverError({ method }: GatedAttempt): BotServerError {
  const what = method ?? 'This request';
  return new BotServerError('fenced', `${what} is not sent: the lease of this process was over before it left`);
}
