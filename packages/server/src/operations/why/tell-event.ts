/** What became of one event, in sentences, the oldest first. Pure. */
import type { EventFailure } from '../../inbox/inbox.ts';
import type { InstallationState } from '../../team/installation.ts';
import type { InstallationView, TimelineEntry } from '../../team/installations.ts';
import { adviceOn } from './advice.ts';
import {
  type EventEvidence,
  type KnownFact,
  type KnownHeld,
  type Outcome,
  outcomes,
  type Sentence,
} from './evidence.ts';
import { inactiveTimeAt } from './inactive-time.ts';
import { type ReplayState, replayWords } from './replay-words.ts';
import { tellFact } from './tell-fact.ts';
import { counted, duration, when } from './words.ts';

/** The end of a story: its main sentence. */
export interface EventStory {
  eventId: string;
  outcome: Outcome;
  main: Sentence;
  sentences: readonly Sentence[];
  /** What helps, where something does. */
  advice: string | undefined;
}

export function tellEvent(evidence: EventEvidence, nowMs: number): EventStory {
  const { eventId, entry, facts } = evidence;
  const told = facts.flatMap((fact) => tellFact(fact, optionsFor(fact, evidence, nowMs)) ?? []);
  const receivedAtMs = entry?.receivedAtMs ?? facts.find(({ details }) => details.receivedAtMs)?.details.receivedAtMs;
  const came: Sentence[] =
    receivedAtMs === undefined
      ? []
      : [{ text: `Event ${eventId} came at ${when(receivedAtMs, nowMs)}.`, certainty: 'proved', atMs: receivedAtMs }];
  const now = tellState(evidence, nowMs);
  const cut = cutShort(evidence);
  const sentences = [...came, ...told, ...(cut ? [cut] : []), ...(now ? [now.sentence] : [])];
  const last = facts.findLast(isEnd) ?? facts.findLast(({ kind }) => kind !== 'repeated');
  const end = now ?? endOf(last, evidence, nowMs);
  return {
    eventId,
    outcome: end.outcome,
    main: end.sentence,
    sentences,
    advice: adviceOn(evidence, end.outcome, nowMs),
  };
}

/** Attempts that wrote nothing when they ended: nobody was there to write. */
function cutShort({ facts, plan }: EventEvidence): Sentence | undefined {
  if (plan?.takeovers === 1)
    return {
      text: 'The process that was handling it died, or lost its lease, in the middle.',
      certainty: 'proved',
      atMs: null,
    };
  const last = facts.findLast(({ kind }) => kind === 'handled' || kind === 'failed');
  const written = facts.filter(({ kind }) => kind === 'handled' || kind === 'failed').length;
  const missing = (last?.details.attempt ?? 1) - written;
  if (!last || missing <= 0) return undefined;
  const text = `${counted(missing, 'earlier attempt')} left no record: the process that was handling it died, or lost its lease, in the middle.`;
  return { text, certainty: 'likely', atMs: last.details.startedAtMs ?? last.atMs };
}

interface End {
  outcome: Outcome;
  sentence: Sentence;
}

/** What the store and the processes say of it now; undefined when it has ended and its last fact says how. */
function tellState({ entry, held, plan, team, teamId, facts }: EventEvidence, nowMs: number): End | undefined {
  const say = (outcome: Outcome, text: string, atMs: number | null = nowMs): End => ({
    outcome,
    sentence: { text, certainty: 'proved', atMs },
  });
  if (held?.isRunning) return say('running', runningText(held, nowMs));
  if (entry?.state === 'retry') return say('retrying', retryText(plan, nowMs));
  if (entry?.state === 'ready' || held) {
    const behind = plan?.behind ?? null;
    const paused = team && pausedText(team, nowMs, teamId);
    return say('waiting', held && !paused ? heldText(held, nowMs) : (paused ?? storedText(behind, nowMs)));
  }
  if (entry?.state === 'failed' && !facts.some((fact) => isLastFailure(fact, entry.error)))
    return say(
      'failed',
      failedText(entry.eventId, entry.error, { nowMs, state: team?.installation.state }),
      entry.receivedAtMs,
    );
  if (entry?.state === 'done' && !facts.some(isEnd))
    return say(
      'done',
      'It is done: handled, dropped or given up. What its listeners did is not remembered any more, or was never.',
      entry.receivedAtMs,
    );
  return undefined;
}

/** The failure that its row tells of. One before it was tried again; a process that died could write none. */
function isLastFailure({ kind, details }: KnownFact, error: EventFailure | null): boolean {
  return kind === 'failed' && details.runAtMs === undefined && details.code === error?.code;
}

/** What is tried again after it, or is a repeat, is no end. */
function isEnd({ kind, details }: KnownFact): boolean {
  return kind !== 'repeated' && kind !== 'unavailable' && details.runAtMs === undefined;
}

function endOf(last: KnownFact | undefined, evidence: EventEvidence, nowMs: number): End {
  const sentence = last && tellFact(last, optionsFor(last, evidence, nowMs));
  if (!last || !sentence) {
    const text = `All that is known of event ${evidence.eventId} is that it came again.`;
    return { outcome: 'unknown', sentence: { text, certainty: 'unknown', atMs: null } };
  }
  return { outcome: outcomeOf(last), sentence };
}

function outcomeOf({ kind, details }: KnownFact): Outcome {
  if (kind === 'unavailable') return 'not_taken';
  if (kind !== 'handled') return outcomes.find((outcome) => outcome === kind) ?? 'unknown';
  if ((details.listeners ?? []).length > 0) return 'handled';
  return details.reason?.startsWith('own_message') ? 'own_message' : 'unmatched';
}

function optionsFor(fact: KnownFact, evidence: EventEvidence, nowMs: number) {
  const { entry, team, facts, timeline = [] } = evidence;
  const error = entry?.error;
  const isItsError = fact.kind === 'failed' && error?.code === fact.details.code;
  const state = team?.installation.state;
  return {
    nowMs,
    errorWords: isItsError ? error?.message : undefined,
    isOver: entry?.state === 'done' || facts.some(({ kind }) => kind === 'discarded') || isRunAgain(fact, evidence),
    inactiveSince: state && stateWords(state, { timeline, droppedAtMs: fact.atMs, nowMs }),
    state,
  };
}

/** Whether somebody has replayed it since: then the later run is what a replay would be about. */
function isRunAgain(fact: KnownFact, { entry, held, facts }: EventEvidence): boolean {
  if (held || entry?.state === 'ready' || entry?.state === 'retry') return true;
  return facts.findLast(({ kind }) => kind === 'failed' || kind === 'handled') !== fact && fact.kind === 'failed';
}

/** `inactive since Tuesday 09:12:03 UTC (account_inactive)`, and until when, where it has come back since. */
function stateWords(
  state: InstallationState,
  { timeline, droppedAtMs, nowMs }: { timeline: readonly TimelineEntry[]; droppedAtMs: number; nowMs: number },
): string {
  const isSo = state.kind !== 'active' && state.sinceMs <= droppedAtMs;
  const past = isSo ? undefined : inactiveTimeAt(timeline, droppedAtMs);
  if (past) return `inactive from ${when(past.fromMs, nowMs)} (${past.reason}) to ${when(past.toMs, nowMs)}`;
  if (state.kind === 'active') return 'and is again by now';
  return `${state.kind} since ${when(state.sinceMs, nowMs)} (${state.reason})`;
}

function runningText({ startedAtMs, attempts, node }: KnownHeld, nowMs: number): string {
  const attempt = attempts > 0 ? ` in attempt ${attempts + 1}` : '';
  if (startedAtMs === null) return `Its listeners run now${attempt} on ${node}.`;
  return `Its listeners run now${attempt} on ${node}, since ${when(startedAtMs, nowMs)} (${duration(nowMs - startedAtMs)}).`;
}

function heldText({ behind, receivedAtMs, teamRuns, teamMayRun, processRuns, node }: KnownHeld, nowMs: number): string {
  const since = receivedAtMs === null ? '' : ` since ${when(receivedAtMs, nowMs)}`;
  if (behind) {
    const runs = behind.startedAtMs === null ? '' : `, which runs since ${when(behind.startedAtMs, nowMs)}`;
    return `It waits${since} on ${node} behind event ${behind.eventId} (${behind.type}) of the same conversation${runs}.`;
  }
  if (teamRuns >= teamMayRun)
    return `It waits${since} on ${node} for a free place: ${counted(teamRuns, 'event')} of its team ${teamRuns === 1 ? 'runs' : 'run'}, and no more may.`;
  if (processRuns !== undefined)
    return `It waits${since} on ${node} for a free place: ${counted(processRuns, 'event')} of all teams run there, ${teamRuns} of them of its team, and others have fewer.`;
  return `It waits${since} on ${node} for its turn: ${counted(teamRuns, 'event')} of its team ${teamRuns === 1 ? 'runs' : 'run'}.`;
}

/** In the table alone. */
function storedText(behind: { eventId: string; type: string; receivedAtMs: number } | null, nowMs: number): string {
  if (behind)
    return `It waits in the database behind event ${behind.eventId} (${behind.type}) of the same conversation, which came at ${when(behind.receivedAtMs, nowMs)}. No process that was asked is working on it.`;
  return 'It waits in the database. No process that was asked is working on it: it is read when there is room, or when a server runs that owns its team.';
}

function pausedText(
  { installation: { state, key }, teams }: InstallationView,
  nowMs: number,
  teamId: string | null,
): string | undefined {
  if (state.kind === 'active' && teams.find((team) => team.teamId === teamId)?.access === 'revoked')
    return `It waits: the organization ${key} has not let the app into team ${teamId}. It is kept for a day.`;
  if (state.kind === 'suspended')
    return `It waits: team ${teamId} is suspended since ${when(state.sinceMs, nowMs)} (${state.reason}). It is kept for a day.`;
  if (state.kind !== 'active' || state.doubt.kind === 'none') return undefined;
  const { kind, code, sinceMs } = state.doubt;
  const why = kind === 'held' ? 'held with many others, see slack-bot-server incident' : 'being checked at Slack';
  return `It waits: team ${teamId} is ${why}, since ${when(sinceMs, nowMs)} (${code}). It is kept for a day.`;
}

/** See takeover-repository.ts: from then on an event runs alone. */
const ALONE_FROM = 2;

function retryText(plan: EventEvidence['plan'], nowMs: number): string {
  if (!plan) return 'It is tried again.';
  if (plan.takeovers >= ALONE_FROM)
    return `The process died ${plan.takeovers} times while it was handling this event, so the event runs alone, when no other isolated event does.`;
  if (plan.runAtMs === 0) return 'It is run again as soon as there is room: an operator asked for that.';
  const verb = plan.runAtMs > nowMs ? 'is tried again' : 'is due to be tried again since';
  return `It ${verb}${plan.runAtMs > nowMs ? ' at' : ''} ${when(plan.runAtMs, nowMs)}.`;
}

function failedText(
  eventId: string,
  error: EventFailure | null,
  { nowMs, state }: { nowMs: number; state: ReplayState },
): string {
  if (error?.code === 'poison')
    return `It failed: the process died twice while it ran alone, so it is not run again. ${replayWords(eventId, state, { nowMs, verb: 'does it all the same' })}`;
  if (error?.code === 'unreadable')
    return `It failed: what is stored of it cannot be read, because a disk lost it or another program wrote it. slack-bot-server events discard ${eventId} gives it up.`;
  const at = error?.at ? ` at ${error.at}` : '';
  const words = error ? ` with ${error.code}${at} (${error.message})` : '';
  return `It failed${words}. ${replayWords(eventId, state, { nowMs })}`;
}
