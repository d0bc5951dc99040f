/** The faults in force, and how often each was hit. What a fault does is decided where it strikes: Web API, RTM, OAuth. */
import { SimulatorError } from '../errors.ts';
import type { StandingSpec } from './fault.ts';

/** A fault in force. */
export interface StandingFault {
  readonly id: string;
  readonly spec: StandingSpec;
  hits: number;
  /** Answers that wait for a release; only `hold` has any. */
  readonly held: Set<() => void>;
}

/** What a fault may strike. */
export interface FaultScope {
  team?: string | undefined;
  app?: string | undefined;
  method?: string | undefined;
  event?: string | undefined;
  socket?: string | undefined;
}

type SpecOf<Kind extends StandingSpec['kind']> = Extract<StandingSpec, { kind: Kind }>;

/** The list of faults in force. Costs nothing while it is empty. */
export class FaultBoard {
  readonly #faults = new Map<string, StandingFault>();
  #lastNumber = 0;

  nextId(): string {
    return `F${++this.#lastNumber}`;
  }

  add(spec: StandingSpec): StandingFault {
    const fault: StandingFault = { id: this.nextId(), spec, hits: 0, held: new Set() };
    this.#faults.set(fault.id, fault);
    return fault;
  }

  get size(): number {
    return this.#faults.size;
  }

  list(): StandingFault[] {
    return [...this.#faults.values()];
  }

  /** The first fault of that kind that concerns the scope; counts as a hit. */
  match<Kind extends StandingSpec['kind']>(kind: Kind, scope: FaultScope): SpecOf<Kind> | undefined {
    if (this.#faults.size === 0) return undefined;
    for (const fault of this.#faults.values()) {
      if (isOfKind(fault.spec, kind) && concerns(fault.spec, scope)) {
        this.#count(fault);
        return fault.spec;
      }
    }
    return undefined;
  }

  /** Every fault on Web API calls that concerns the scope; each counts as a hit, but of two answers only the first. */
  matchCall(scope: FaultScope): StandingFault[] {
    if (this.#faults.size === 0) return [];
    const matched: StandingFault[] = [];
    let hasAnswer = false;
    for (const fault of this.#faults.values()) {
      const role = callRoles[fault.spec.kind];
      if (role === undefined || !concerns(fault.spec, scope)) continue;
      if (role === 'answers' && hasAnswer) continue;
      hasAnswer ||= role === 'answers';
      this.#count(fault);
      matched.push(fault);
    }
    return matched;
  }

  /**
   * Ends a fault; held answers leave at once.
   * @throws SimulatorError `not_found`
   */
  remove(id: string): StandingFault {
    const fault = this.#find(id);
    this.#faults.delete(id);
    releaseAnswers(fault);
    return fault;
  }

  /**
   * Lets the held answers of a `hold` leave; the fault stays in force.
   * @returns how many left
   * @throws SimulatorError `not_found`
   */
  release(id: string): number {
    return releaseAnswers(this.#find(id));
  }

  /** Ends every fault. */
  clear(): number {
    const count = this.#faults.size;
    for (const fault of this.#faults.values()) {
      this.#faults.delete(fault.id);
      releaseAnswers(fault);
    }
    for (const fault of this.#usedUp.values()) releaseAnswers(fault);
    this.#usedUp.clear();
    return count;
  }

  /** Used up, but answers still wait: they must stay releasable. */
  readonly #usedUp = new Map<string, StandingFault>();

  #find(id: string): StandingFault {
    const fault = this.#faults.get(id) ?? this.#usedUp.get(id);
    if (!fault) throw new SimulatorError('not_found', `No fault ${id} is in force`);
    return fault;
  }

  #count(fault: StandingFault): void {
    fault.hits += 1;
    if (fault.spec.count === undefined || fault.hits < fault.spec.count) return;
    this.#faults.delete(fault.id);
    if (fault.spec.kind === 'hold') this.#keepReleasable(fault);
  }

  #keepReleasable(fault: StandingFault): void {
    this.#usedUp.set(fault.id, fault);
    for (const [id, old] of this.#usedUp) if (old !== fault && old.held.size === 0) this.#usedUp.delete(id);
  }
}

/** How a fault takes part in a Web API call: it gives the answer, or only changes when the answer leaves. */
const callRoles: Partial<Record<StandingSpec['kind'], 'answers' | 'delays'>> = {
  refuse: 'answers',
  rate_limit: 'answers',
  hang: 'answers',
  server_error: 'answers',
  malformed: 'answers',
  slow: 'delays',
  hold: 'delays',
};

function releaseAnswers(fault: StandingFault): number {
  const waiting = [...fault.held];
  fault.held.clear();
  for (const leave of waiting) leave();
  return waiting.length;
}

function isOfKind<Kind extends StandingSpec['kind']>(spec: StandingSpec, kind: Kind): spec is SpecOf<Kind> {
  return spec.kind === kind;
}

function concerns(spec: StandingSpec, scope: FaultScope): boolean {
  if ('team' in spec && spec.team !== undefined && spec.team !== scope.team) return false;
  if ('app' in spec && spec.app !== undefined && spec.app !== scope.app) return false;
  if ('event' in spec && spec.event !== undefined && spec.event !== scope.event) return false;
  if ('socket' in spec && spec.socket !== undefined && ![spec.socket].flat().includes(scope.socket ?? '')) return false;
  return !('method' in spec) || spec.method === undefined || spec.method === scope.method;
}
