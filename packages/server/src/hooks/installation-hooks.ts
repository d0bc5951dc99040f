/**
 * Tells the hooks what the change of a row means, by what was told of the installation before. Which hooks those are is
 * state-hooks.ts. The owner of the installation tells, and writes in the row what it has told: the next one, after a death or a
 * restart, tells what was missed, and no second node tells anything again.
 */
import type { HookEmitter } from '../events.ts';
import type { Credential, Installation, InstallationKey } from '../team/installation.ts';
import type { InstallationView, Told } from '../team/installations.ts';
import { isSameTold } from '../team/told-team.ts';
import { announcedState, type HookCall, type HookCallOptions, hookCallsOf, toldTeamsIn } from './state-hooks.ts';
import type { ToldWriter } from './told-writer.ts';

export interface InstallationHooksDeps {
  hooks: HookEmitter;
  /** Whether this node tells of the installation. */
  owns(key: InstallationKey): boolean;
  writer: Pick<ToldWriter, 'write' | 'settled' | 'stop'>;
  /** How a team is by the rows that were told of before, when it belongs to another installation there. */
  formerly(key: InstallationKey, teamId: string): ReturnType<NonNullable<HookCallOptions['formerly']>>;
}

/** What is to be told of one row, in two parts: between them the process begins to act on it. */
export interface RowHookCalls {
  /** All but the last word. */
  emit(): void;
  /** `deactivated`: when nothing is done for the team any more. Call it last: what was told is written then. */
  emitDeactivated(): void;
}

/** Told by this process, whether that is written yet or not. */
type ToldHere = Told & Pick<Installation, 'createdAtMs'>;

const NOTHING: RowHookCalls = { emit() {}, emitDeactivated() {} };

/** One per process. */
export class InstallationHooks {
  readonly #deps: InstallationHooksDeps;
  readonly #told = new Map<InstallationKey, ToldHere>();

  constructor(deps: InstallationHooksDeps) {
    this.#deps = deps;
  }

  /** What is new in a row. Before anybody else learns of it: where its teams come from is known until then. */
  read(view: InstallationView, credential: Credential | undefined): RowHookCalls {
    const { key, createdAtMs } = view.installation;
    if (!this.#deps.owns(key)) return NOTHING;
    const { before, now } = this.#compare(view);
    if (before && isSame(before, now)) return NOTHING;
    this.#told.set(key, { ...now, createdAtMs });
    const calls = this.#callsOf(before, { view, credential });
    const settled: Promise<void>[] = [];
    const emit = (isMeant: (call: HookCall) => boolean) => {
      for (const { name, payload } of calls.filter(isMeant)) settled.push(this.#deps.hooks.emit(name, payload));
    };
    return {
      emit: () => emit(({ name }) => name !== 'deactivated'),
      emitDeactivated: () => {
        emit(({ name }) => name === 'deactivated');
        this.#deps.writer.write({ ...now, key, createdAtMs }, Promise.all(settled));
      },
    };
  }

  /** Another node tells from now on, by the row. */
  forget(key: InstallationKey): void {
    this.#told.delete(key);
  }

  /** Resolves when what was told is written, of these installations or of all. */
  settled(keys?: readonly InstallationKey[]): Promise<void> {
    return this.#deps.writer.settled(keys);
  }

  /** Writes nothing more. */
  stop(): void {
    this.#deps.writer.stop();
  }

  #compare(view: InstallationView): { before: Told | undefined; now: Told } {
    const { key, version, state, createdAtMs } = view.installation;
    const here = this.#told.get(key);
    // Another time of birth: the row was purged and made anew, and this process may have seen neither.
    const before = here?.createdAtMs === createdAtMs ? here : view.told;
    return {
      before,
      now: { install: version.install, state: announcedState(before, state), teams: toldTeamsIn(view) },
    };
  }

  #callsOf(
    before: Told | undefined,
    { view, credential }: { view: InstallationView; credential: Credential | undefined },
  ): HookCall[] {
    // Came and went while nobody was there to tell.
    if (!before && view.installation.state.kind === 'inactive') return [];
    const { scopes = [], incomingWebhook } = credential ?? {};
    const formerly = (teamId: string) => this.#deps.formerly(view.installation.key, teamId);
    return hookCallsOf(before, view, { scopes, incomingWebhook, formerly });
  }
}

/** Where one of these differs, the row is told. Complete, so that no new field of Told is forgotten. */
const IS_SAME: { readonly [Field in keyof Told]: (a: Told[Field], b: Told[Field]) => boolean } = {
  install: (a, b) => a === b,
  state: (a, b) => a.kind === b.kind && reasonOf(a) === reasonOf(b),
  teams: (a, b) => a.size === b.size && Array.from(a).every(([teamId, told]) => isSameTold(b.get(teamId), told)),
};

const FIELDS = Object.keys(IS_SAME) as (keyof Told)[];

function isSame(a: Told, b: Told): boolean {
  return FIELDS.every((field) => IS_SAME[field](a[field] as never, b[field] as never));
}

function reasonOf(state: Told['state']): string | null {
  return state.kind === 'active' ? null : state.reason;
}
