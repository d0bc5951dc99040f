/**
 * Tells the hooks what the change of a row means, by what was told of the installation before. Which hooks those are is
 * state-hooks.ts; this remembers.
 */
import type { HookEmitter } from '../events.ts';
import type { Credential, Installation, InstallationKey } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import {
  accessIn,
  announcedState,
  type Before,
  type HookCall,
  type HookCallOptions,
  hookCallsOf,
} from './state-hooks.ts';

export interface InstallationHooksDeps {
  hooks: HookEmitter;
  /** How a team is by the rows that were told of before, when it belongs to another installation there. */
  formerly(key: InstallationKey, teamId: string): ReturnType<NonNullable<HookCallOptions['formerly']>>;
}

/** What is to be told of one row, in two parts: between them the process begins to act on it. */
export interface RowHookCalls {
  /** All but the last word. */
  emit(): void;
  /** `deactivated`: when nothing is done for the team any more. */
  emitDeactivated(): void;
}

/** One per process. */
export class InstallationHooks {
  readonly #deps: InstallationHooksDeps;
  readonly #before = new Map<InstallationKey, NonNullable<Before> & Pick<Installation, 'createdAtMs'>>();
  /** Rows that were there when the process started are no news. */
  #isBooting = true;

  constructor(deps: InstallationHooksDeps) {
    this.#deps = deps;
  }

  /** Every row was read once: from now on one that was not known is a new team. */
  booted(): void {
    this.#isBooting = false;
  }

  /** What is new in a row. Before anybody else learns of it: where its teams come from is known until then. */
  read(view: InstallationView, credential: Credential | undefined): RowHookCalls {
    const calls = this.#callsOf(view, credential);
    return {
      emit: () => this.#emit(calls.filter(({ name }) => name !== 'deactivated')),
      emitDeactivated: () => this.#emit(calls.filter(({ name }) => name === 'deactivated')),
    };
  }

  /** The install that was read last; 0 = none. */
  lastInstall(key: InstallationKey): number {
    return this.#before.get(key)?.version.install ?? 0;
  }

  forget(key: InstallationKey): void {
    this.#before.delete(key);
  }

  #callsOf(view: InstallationView, credential: Credential | undefined): HookCall[] {
    const { scopes = [], incomingWebhook } = credential ?? {};
    const { key, version, state, createdAtMs } = view.installation;
    const known = this.#before.get(key);
    // Another time of birth: the row was purged and made anew, and this process may have seen neither.
    const before = known?.createdAtMs === createdAtMs ? known : undefined;
    this.#before.set(key, { version, state: announcedState(before, state), createdAtMs, access: accessIn(view) });
    if (this.#isBooting && !before) return [];
    const formerly = (teamId: string) => this.#deps.formerly(key, teamId);
    return hookCallsOf(before, view, { scopes, incomingWebhook, formerly });
  }

  #emit(calls: readonly HookCall[]): void {
    for (const { name, payload } of calls) void this.#deps.hooks.emit(name, payload);
  }
}
