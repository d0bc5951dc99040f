/**
 * One node's part in sharing the work: what it may believe, when it must stop believing it, and what it asks the database
 * next. Pure; lease-owner.ts does what it says.
 *
 *   idle ──start──▶ joining ──joined──▶ owning ◀──renewed or joined again, then surveyed: resumed──┐
 *                                        │  └──deadline passed, or the row is gone──▶ fenced ──────┘
 *                                        │                                              │ for 60 s: all is lost
 *                      stop: all is given back, left ──▶ stopped ◀────────stop─────────┘
 *
 * A shard: claimed ──▶ held ──plan──▶ draining ──drained──▶ releasing (followers: lost) ──released──▶ another's (followers: released)
 * The deadline depends on no answer of the database: it was set when the last renewal was sent.
 */
import { assertNever } from '../assert-never.ts';
import {
  endedDrains,
  inPhase,
  lost,
  orphansOf,
  parted,
  reconcile,
  released,
  tellGained,
  toRelease,
  withGained,
} from './holdings.ts';
import type {
  Books,
  DrainedShard,
  Holding,
  Lease,
  NodeEnv,
  NodeEvent,
  NodeState,
  OwnedShard,
  Query,
  Survey,
  Tell,
} from './node-model.ts';
import type { Shard } from './ownership.ts';
import { hasHeir, planShards, publishedState } from './shard-plan.ts';

/** The next state, and what followers are told, in order. The same state reference back = nothing has changed. */
export interface Step {
  state: NodeState;
  tells: readonly Tell[];
}

type Owning = Extract<NodeState, { kind: 'owning' }>;
type Fenced = Extract<NodeState, { kind: 'fenced' }>;
type Member = Owning | Fenced;

const newBooks: Books = {
  holdings: new Map(),
  mode: { kind: 'serving' },
  lacks: undefined,
  orphanedSinceMs: new Map(),
  claims: [],
  surveyAtMs: Number.NEGATIVE_INFINITY,
  given: new Set(),
  takenBack: 0,
  noGiveBeforeMs: Number.NEGATIVE_INFINITY,
  hasHeir: false,
  seen: new Map(),
  contested: [],
};

/** Decides. Whatever the event is, a deadline that has passed comes first. */
export function transition(state: NodeState, event: NodeEvent, env: NodeEnv): Step {
  const expired = isMember(state) ? expire(state, env) : same(state);
  const step = decide(expired.state, event, env);
  return step.state === state ? same(state) : { state: step.state, tells: [...expired.tells, ...step.tells] };
}

/**
 * What to ask the database now; undefined until something happens or `surveyAtMs` has come.
 * @param isSettled Whether what was gained lately has found its way: connections that were to be opened are open, or have failed
 */
export function nextQuery(state: NodeState, env: NodeEnv, { isSettled }: { isSettled: boolean }): Query | undefined {
  if (state.kind === 'joining') return { kind: 'join', adopt: [], publish: 'settling' };
  if (!isMember(state)) return undefined;
  const publish = publishedState(state, isSettled);
  if (!state.lease) return { kind: 'join', adopt: inPhase(state), publish };
  if (isDone(state)) return { kind: 'leave' };
  if (isRenewalDue(state, state.lease, env) || state.lease.published !== publish) return { kind: 'renew', publish };
  const releasing = toRelease(state);
  if (releasing.length > 0) return { kind: 'release', shards: releasing };
  if (state.kind === 'owning' && state.contested.length > 0) return { kind: 'disown', shards: state.contested };
  if (state.kind === 'owning' && state.claims.length > 0) return { kind: 'claim', shards: state.claims };
  return env.nowMs >= state.surveyAtMs ? { kind: 'survey' } : undefined;
}

/** When `nextQuery` has something to say again, as far as time alone decides that. */
export function dueAtMs(state: NodeState): number {
  if (!isMember(state) || !state.lease) return Number.NEGATIVE_INFINITY;
  return Math.min(state.surveyAtMs, state.lease.renewAtMs);
}

function decide(state: NodeState, event: NodeEvent, env: NodeEnv): Step {
  switch (state.kind) {
    case 'idle':
      return event.type === 'start' ? to({ kind: 'joining' }) : same(state);
    case 'joining':
      if (event.type === 'stop' || event.type === 'left') return to({ kind: 'stopped' });
      return event.type === 'joined' ? to({ kind: 'owning', lease: event.lease, ...newBooks }) : same(state);
    case 'owning':
    case 'fenced':
      return fromMember(state, event, env);
    case 'stopped':
      return same(state);
    default:
      return assertNever(state, 'node state');
  }
}

function fromMember(state: Member, event: NodeEvent, env: NodeEnv): Step {
  switch (event.type) {
    case 'start':
      return same(state);
    case 'joined':
      // Under a new incarnation. Whether the shards are still the same is for the survey to say.
      return state.lease ? same(state) : to({ ...state, lease: event.lease, claims: [], surveyAtMs: env.nowMs });
    case 'renewed':
      return renewed(state, event.lease, env);
    case 'refused':
      return event.nodeId === state.lease?.nodeId ? refused(state, env) : same(state);
    case 'surveyed':
      return event.nodeId === state.lease?.nodeId ? surveyed(state, event, env) : same(state);
    case 'claimed':
      return claimed(state, event);
    case 'drained':
      return drained(state, event.shards);
    case 'released': {
      const { left: holdings, gone } = parted(state, event.shards);
      return { state: { ...state, holdings }, tells: released(gone) };
    }
    case 'contradicted':
      return contradicted(state, event.shards, env);
    case 'disowned':
      return to({ ...state, contested: [], surveyAtMs: env.nowMs });
    case 'woken':
      return to({ ...state, surveyAtMs: env.nowMs });
    case 'passed':
      return state.kind === 'owning' && mustGiveAll(state, env) ? drainAll(state, env) : same(state);
    case 'stop':
      return stop(state, event, env);
    case 'left':
      return { state: { kind: 'stopped' }, tells: lost(state.holdings) };
    default:
      return assertNever(event, 'node event');
  }
}

/** Fences at the deadline, and lets go of everything when it does not come back. */
function expire(state: Member, env: NodeEnv): Step {
  if (state.kind === 'owning')
    return env.nowMs >= state.lease.deadlineMs ? fence(state, state.lease, env) : same(state);
  const isForgotten = env.nowMs - state.sinceMs >= env.options.keepFencedMs && state.holdings.size > 0;
  return isForgotten ? { state: { ...state, holdings: new Map() }, tells: lost(state.holdings) } : same(state);
}

/** Claims are void: they were planned under another lease. */
function fence(state: Member, lease: Lease | undefined, env: NodeEnv): Step {
  if (state.kind === 'fenced') return to({ ...state, lease, claims: [] });
  return { state: { ...state, kind: 'fenced', lease, sinceMs: env.nowMs, claims: [] }, tells: [{ kind: 'fenced' }] };
}

function refused(state: Member, env: NodeEnv): Step {
  const { state: fenced, tells } = fence(state, undefined, env);
  if (state.mode.kind !== 'stopping') return { state: fenced, tells };
  return { state: { kind: 'stopped' }, tells: [...tells, ...lost(state.holdings)] };
}

function renewed(state: Member, lease: Lease, env: NodeEnv): Step {
  if (state.lease?.nodeId !== lease.nodeId) return same(state);
  if (state.kind === 'owning') return to({ ...state, lease });
  return to({ ...state, lease, surveyAtMs: env.nowMs });
}

function surveyed(state: Member, event: Extract<NodeEvent, { type: 'surveyed' }>, env: NodeEnv): Step {
  // Also that of a lease which ran out meanwhile: by the next survey it is renewed, or gone.
  if (!state.lease || env.nowMs >= state.lease.deadlineMs) return same(state);
  const { survey, lacks } = event;
  const { nodeId } = state.lease;
  // Deleted by hand, or by whoever saw that it was over: as when a renewal finds no row.
  if (!survey.nodes.some((node) => node.nodeId === nodeId)) return refused(state, env);
  const found = reconcile(state, survey, nodeId);
  const isAsked = survey.nodes.some((node) => node.nodeId === nodeId && node.isAskedToDrain);
  const next: Owning = {
    ...state,
    kind: 'owning',
    lease: state.lease,
    holdings: found.holdings,
    mode: isAsked && state.mode.kind === 'serving' ? { kind: 'draining' } : state.mode,
    lacks,
    orphanedSinceMs: orphansOf(survey.shards, state.orphanedSinceMs, env.nowMs),
    // What woke it while it was asked may not be in its answer.
    surveyAtMs: state.surveyAtMs > event.askedAtMs ? env.nowMs : env.nowMs + env.options.pollMs,
    hasHeir: hasHeir(state.lease, survey),
    seen: new Map(survey.shards.map(({ shard, epoch }) => [shard, epoch])),
    contested: found.contested,
  };
  const given = letGo(next, endedDrains(next));
  const planned = follow(given.state, survey, env);
  const resumed: Tell[] = state.kind === 'fenced' ? [{ kind: 'resumed' }] : [];
  return {
    state: planned.state,
    tells: [...found.lost, ...resumed, ...found.gained, ...given.tells, ...planned.tells],
  };
}

/** The next survey shows whose they are. */
function contradicted(state: Member, shards: readonly OwnedShard[], env: NodeEnv): Step {
  const { left, gone } = parted(state, shards);
  if (gone.size === 0) return same(state);
  return { state: { ...state, holdings: left, surveyAtMs: env.nowMs }, tells: [...lost(gone), ...released(gone)] };
}

/** Does what the plan says. */
function follow(state: Owning, survey: Survey, env: NodeEnv): Step {
  const { nowMs } = env;
  if (mustGiveAll(state, env) || (state.mode.kind === 'stopping' && !state.hasHeir)) {
    return drainAll(state, env);
  }
  const plan = planShards({ lease: state.lease, survey, books: state, env });
  const isContested = new Set(state.contested.map(({ shard }) => shard));
  const books: Owning = {
    ...state,
    claims: plan.claims.filter((shard) => !isContested.has(shard)),
    ...afterGiving(state, { survey, overdue: plan.overdue, env }),
  };
  if (nowMs < books.noGiveBeforeMs || plan.gives.length === 0) return to(books);
  return drain({ ...books, given: new Set([...books.given, ...plan.gives]) }, plan.gives, env);
}

/** Whether what was given found a taker. One that did not need not be asked again at once: it would go to and fro. */
function afterGiving(
  { lease, holdings, given, takenBack, noGiveBeforeMs }: Owning,
  { survey, overdue, env }: { survey: Survey; overdue: readonly Shard[]; env: NodeEnv },
): Pick<Books, 'given' | 'takenBack' | 'noGiveBeforeMs'> {
  const { nowMs, options } = env;
  if (overdue.some((shard) => given.has(shard))) {
    const pauseMs = Math.min(options.givePauseMs, options.patienceMs * 2 ** takenBack);
    return { given: new Set(), takenBack: takenBack + 1, noGiveBeforeMs: nowMs + pauseMs };
  }
  const owners = new Map(survey.shards.map(({ shard, owner }) => [shard, owner]));
  const isTaken = (shard: Shard) => owners.get(shard) !== null && owners.get(shard) !== lease.nodeId;
  const left = [...given].filter((shard) => !isTaken(shard) && holdings.get(shard)?.phase !== 'held');
  return { given: new Set(left), takenBack: [...given].some(isTaken) ? 0 : takenBack, noGiveBeforeMs };
}

/** A node that stops gives back at the pace of those who take, and near its end everything. */
function mustGiveAll({ kind, mode }: Member, { nowMs }: NodeEnv): boolean {
  return kind === 'owning' && mode.kind === 'stopping' && nowMs >= mode.allAtMs;
}

function stop(state: Member, { graceMs, leaves }: Extract<NodeEvent, { type: 'stop' }>, env: NodeEnv): Step {
  const { nowMs } = env;
  if (state.mode.kind === 'stopping' && (state.mode.leaves || !leaves)) return same(state);
  const mode = { kind: 'stopping', allAtMs: nowMs + graceMs / 2, endAtMs: nowMs + graceMs, leaves } as const;
  const stopping: Member = { ...state, mode, claims: [], surveyAtMs: nowMs };
  if (stopping.kind === 'fenced') return abandon(stopping);
  return mustGiveAll(stopping, env) ? drainAll(stopping, env) : to(stopping);
}

/** It may finish nothing, and gives nothing back: what it had is free when its lease is over, as after a death. */
function abandon(state: Fenced): Step {
  const tells = lost(state.holdings);
  return state.lease ? { state: { ...state, holdings: new Map() }, tells } : { state: { kind: 'stopped' }, tells };
}

function drainAll(state: Owning, env: NodeEnv): Step {
  const { mode } = state;
  const leftMs = mode.kind === 'stopping' ? Math.max(0, mode.endAtMs - env.nowMs) : undefined;
  const shards = inPhase(state, 'held').map(({ shard }) => shard);
  return shards.length === 0 ? to(state) : drain(state, shards, env, leftMs);
}

function drain(state: Owning, shards: readonly Shard[], env: NodeEnv, leftMs = Number.POSITIVE_INFINITY): Step {
  const limitMs = Math.min(leftMs, env.options.drainMs);
  const holdings = new Map(state.holdings);
  const owned: OwnedShard[] = [];
  for (const shard of shards) {
    const { epoch } = state.holdings.get(shard) ?? { epoch: 0 };
    holdings.set(shard, { epoch, phase: 'draining', sinceMs: env.nowMs });
    owned.push({ shard, epoch });
  }
  return { state: { ...state, holdings }, tells: [{ kind: 'drain', shards: owned, limitMs }] };
}

/**
 * While fenced nothing is let go: nobody else may have it for as long as the database is away, and what is open stays open. The survey
 * that ends the fence shows whose it is.
 */
function drained(state: Member, shards: readonly DrainedShard[]): Step {
  if (state.kind === 'owning') return letGo(state, shards);
  const ended = shards.flatMap((one): [Shard, Holding][] => {
    const holding = state.holdings.get(one.shard);
    const isDraining = holding?.epoch === one.epoch && holding.phase === 'draining';
    return isDraining ? [[one.shard, { ...holding, ended: one }]] : [];
  });
  return ended.length === 0 ? same(state) : to({ ...state, holdings: new Map([...state.holdings, ...ended]) });
}

/** Followers let go before the row says so: whoever reads it there begins at once. */
function letGo(state: Owning, shards: readonly DrainedShard[]): { state: Owning; tells: readonly Tell[] } {
  const holdings = new Map(state.holdings);
  const done: Shard[] = [];
  for (const { shard, epoch, isUnclean } of shards) {
    const holding = holdings.get(shard);
    // Lost, and perhaps gained anew, while it drained.
    if (holding?.epoch !== epoch || holding.phase !== 'draining') continue;
    holdings.set(shard, { epoch, phase: 'releasing', ...(isUnclean && { isUnclean }) });
    done.push(shard);
  }
  if (done.length === 0) return { state, tells: [] };
  return {
    state: { ...state, holdings },
    tells: [{ kind: 'lost', shards: done, ...(state.hasHeir && { isHandedOver: true }) }],
  };
}

/** While fenced nothing is begun: the survey that ends it shows what was claimed. */
function claimed(state: Member, { nodeId, shards }: Extract<NodeEvent, { type: 'claimed' }>): Step {
  if (state.lease?.nodeId !== nodeId || state.kind === 'fenced') return same(state);
  const holdings = withGained(state.holdings, shards);
  const seen = new Map([...state.seen, ...shards.map(({ shard, epoch }) => [shard, epoch] as const)]);
  return { state: { ...state, claims: [], holdings, seen }, tells: tellGained(shards) };
}

function isRenewalDue(state: Member, { renewAtMs, deadlineMs }: Lease, { nowMs }: NodeEnv): boolean {
  return nowMs >= renewAtMs || (state.kind === 'fenced' && nowMs >= deadlineMs);
}

/** Everything is given back, or may not be. */
function isDone({ mode, holdings }: Member): boolean {
  return mode.kind === 'stopping' && mode.leaves && holdings.size === 0;
}

function isMember(state: NodeState): state is Member {
  return state.kind === 'owning' || state.kind === 'fenced';
}

function same(state: NodeState): Step {
  return { state, tells: [] };
}

function to(state: NodeState): Step {
  return { state, tells: [] };
}
