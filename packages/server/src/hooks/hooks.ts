/**
 * Runs the author's hooks so that none can hurt the server: each is isolated, bounded in time and reported when it throws,
 * rejects or never settles. Hooks of one team run in the order of what happened; teams do not wait for each other.
 */
import { BotServerError, isBotServerError } from '../errors.ts';
import type {
  BotServerEventName,
  BotServerEvents,
  BotServerHook,
  Permission,
  Veto,
  VetoableEventName,
} from '../events.ts';
import type { Clock } from '../time/clock.ts';
import { KeyedQueues } from '../time/keyed-queues.ts';
import { within } from '../time/within.ts';

export interface HooksOptions {
  /** How long one hook may take, in milliseconds. @defaultValue 10000 */
  hookTimeoutMs?: number;
}

export const hooksDefaults = { hookTimeoutMs: 10_000 } as const satisfies Required<HooksOptions>;

interface HooksDeps {
  clock: Clock;
  log: { error(facts: object, message: string): void };
  /** Takes secrets out of what is told: our own texts, never the author's error behind them. @defaultValue nothing is */
  readonly redact?: (text: string) => string;
  /** Told of each hook, whether somebody listens or not. @defaultValue nobody counts */
  onEmit?: (name: BotServerEventName, payload: unknown) => void;
  options?: HooksOptions;
}

/** Of the hooks of one team so many may wait behind one that runs; more are `error`s, which are in the log anyway. */
const MAX_WAITING_ERRORS = 100;

type AnyHook = (payload: unknown) => unknown;

/** Keeps and runs hooks. */
export class Hooks {
  readonly #deps: HooksDeps;
  readonly #timeoutMs: number;
  readonly #hooks = new Map<BotServerEventName, Set<AnyHook>>();
  /** One queue per team: its hooks run one after the other. */
  readonly #queues = new KeyedQueues<string>();
  /** Errors that had no place in the queue of a team. */
  readonly #dropped = new Map<string, number>();

  constructor(deps: HooksDeps) {
    this.#deps = deps;
    this.#timeoutMs = deps.options?.hookTimeoutMs ?? hooksDefaults.hookTimeoutMs;
  }

  /** Adds a hook; the returned function removes it. */
  on<Name extends BotServerEventName>(name: Name, hook: BotServerHook<Name>): () => void {
    const hooks = this.#hooks.get(name) ?? new Set();
    this.#hooks.set(name, hooks);
    hooks.add(hook as AnyHook);
    return () => void hooks.delete(hook as AnyHook);
  }

  /** Tells all hooks of this name, behind earlier ones of the same team. Resolves when they settled; never rejects. */
  emit<Name extends BotServerEventName>(name: Name, payload: BotServerEvents[Name]): Promise<void> {
    this.#deps.onEmit?.(name, payload);
    if (!this.#hooks.get(name)?.size) return Promise.resolve();
    const key = queueOf(name, payload);
    if (name === 'error' && this.#queues.lengthOf(key) >= MAX_WAITING_ERRORS) return this.#dropError(key);
    if (name === 'error') this.#redactOurs((payload as BotServerEvents['error']).error);
    const done = this.#queues.add(key, () => this.#runAll(name, payload));
    void done.then(() => this.#tellDropped(key));
    return done;
  }

  /** Asks the `installing` hooks. Throwing, rejecting and not settling in time refuse, like a veto. */
  mayInstall(payload: BotServerEvents['installing']): Promise<Permission> {
    return this.#ask('installing', payload);
  }

  /** Asks the `purging` hooks in the same way. */
  mayPurge(payload: BotServerEvents['purging']): Promise<Permission> {
    return this.#ask('purging', payload);
  }

  /** Resolves when no hook is running any more. */
  async settled(): Promise<void> {
    await this.#queues.settled();
  }

  #dropError(key: string): Promise<void> {
    const dropped = this.#dropped.get(key) ?? 0;
    if (dropped === 0) this.#deps.log.error({ chain: key }, 'errors are not passed to hooks: earlier ones still run');
    this.#dropped.set(key, dropped + 1);
    return Promise.resolve();
  }

  #tellDropped(key: string): void {
    const dropped = this.#dropped.get(key);
    if (dropped === undefined || this.#queues.lengthOf(key) > 0) return;
    this.#dropped.delete(key);
    this.#deps.log.error({ chain: key, dropped }, 'errors not passed to hooks');
  }

  async #ask<Name extends VetoableEventName>(name: Name, payload: BotServerEvents[Name]): Promise<Permission> {
    for (const hook of this.#hooks.get(name) ?? []) {
      try {
        const answer = (await this.#bounded(hook, name, payload)) as Veto | undefined;
        if (typeof answer?.veto === 'string') return { allowed: false, message: this.#redact(answer.veto) };
      } catch (error) {
        this.#reportFailure(name, payload, error);
        return { allowed: false, message: null };
      }
    }
    return { allowed: true };
  }

  async #runAll(name: BotServerEventName, payload: unknown): Promise<void> {
    for (const hook of this.#hooks.get(name) ?? []) {
      try {
        await this.#bounded(hook, name, payload);
      } catch (error) {
        this.#reportFailure(name, payload, error);
      }
    }
  }

  async #bounded(hook: AnyHook, name: BotServerEventName, payload: unknown): Promise<unknown> {
    const limitMs = this.#timeoutMs;
    return await within(Promise.resolve(payload).then(hook), {
      clock: this.#deps.clock,
      limitMs,
      late() {
        throw new BotServerError('handler_timed_out', `A hook for ${name} did not settle within ${limitMs} ms`);
      },
    });
  }

  #redact(text: string): string {
    return this.#deps.redact?.(text) ?? text;
  }

  /** In place: the hook gets this very error, with its author's own `cause` untouched. */
  #redactOurs(error: unknown): void {
    const seen = new Set<unknown>();
    for (let one = error; isBotServerError(one) && !seen.has(one); one = one.cause) {
      seen.add(one);
      const { message, stack = '' } = one;
      // What its author has frozen stays as it is.
      Reflect.set(one, 'message', this.#redact(message));
      Reflect.set(one, 'stack', this.#redact(stack));
    }
  }

  #reportFailure(name: BotServerEventName, payload: unknown, cause: unknown): void {
    const teamId = (payload as { teamId?: string | null }).teamId ?? null;
    this.#deps.log.error({ teamId, hook: name, err: cause }, 'hook failed');
    // A failing error hook must not call itself.
    if (name === 'error') return;
    const error = isBotServerError(cause)
      ? cause
      : new BotServerError('hook_failed', `A hook for ${name} failed`, { cause });
    void this.emit('error', { teamId, where: `hook ${name}`, error });
  }
}

/** The hooks of a team are a queue; what is about no team is another, in which errors do not hold up the rest. */
function queueOf(name: BotServerEventName, payload: object): string {
  const teamId = (payload as { teamId?: string | null }).teamId ?? null;
  if (teamId !== null) return teamId;
  return name === 'error' ? 'errors of no team' : 'no team';
}
