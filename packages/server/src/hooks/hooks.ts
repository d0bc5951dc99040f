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
  options?: HooksOptions;
}

/** Of the hooks of one team so many may wait behind one that runs; more are `error`s, which are in the log anyway. */
const MAX_WAITING_ERRORS = 100;

type AnyHook = (payload: unknown) => unknown;

/** Hooks that run one after the other. */
interface Chain {
  last: Promise<void>;
  /** Those that run or wait. */
  waiting: number;
  /** Errors that had no place. */
  dropped?: number;
}

/** Keeps and runs hooks. */
export class Hooks {
  readonly #deps: HooksDeps;
  readonly #timeoutMs: number;
  readonly #hooks = new Map<BotServerEventName, Set<AnyHook>>();
  readonly #chains = new Map<string, Chain>();

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
    if (!this.#hooks.get(name)?.size) return Promise.resolve();
    const key = chainOf(name, payload);
    const chain = this.#chains.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (name === 'error' && chain.waiting >= MAX_WAITING_ERRORS) return this.#dropError(key, chain);
    if (name === 'error') this.#redactOurs((payload as BotServerEvents['error']).error);
    this.#chains.set(key, chain);
    chain.waiting++;
    const done = chain.last.then(() => this.#runAll(name, payload));
    chain.last = done;
    void done.then(() => {
      chain.waiting--;
      if (chain.waiting > 0) return;
      if (chain.dropped) this.#deps.log.error({ chain: key, dropped: chain.dropped }, 'errors not told to hooks');
      this.#chains.delete(key);
    });
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
    while (this.#chains.size > 0) await Promise.all(Array.from(this.#chains.values(), ({ last }) => last));
  }

  #dropError(key: string, chain: Chain): Promise<void> {
    if (!chain.dropped) this.#deps.log.error({ chain: key }, 'errors are not told to hooks: those before still run');
    chain.dropped = (chain.dropped ?? 0) + 1;
    return Promise.resolve();
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
    const timeoutMs = this.#timeoutMs;
    const { promise: timedOut, reject } = Promise.withResolvers<never>();
    const timer = this.#deps.clock.after(timeoutMs, () => {
      reject(new BotServerError('handler_timed_out', `A hook for ${name} did not settle within ${timeoutMs} ms`));
    });
    try {
      return await Promise.race([Promise.resolve(payload).then(hook), timedOut]);
    } finally {
      timer.cancel();
    }
  }

  #redact(text: string): string {
    return this.#deps.redact?.(text) ?? text;
  }

  /** In place: the hook gets this very error, with its author's own `cause` untouched. */
  #redactOurs(error: unknown): void {
    for (let one = error; isBotServerError(one); one = one.cause) {
      const { message, stack = '' } = one;
      one.message = this.#redact(message);
      one.stack = this.#redact(stack);
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

/** The hooks of a team are a chain; what is about no team is another, in which errors do not hold up the rest. */
function chainOf(name: BotServerEventName, payload: object): string {
  const teamId = (payload as { teamId?: string | null }).teamId ?? null;
  if (teamId !== null) return teamId;
  return name === 'error' ? 'errors of no team' : 'no team';
}
