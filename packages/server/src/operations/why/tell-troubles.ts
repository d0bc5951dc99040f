/** What troubles a team beside its state: events that failed or wait, and calls that Slack limits. Pure. */
import { MOST_COUNTED, type TeamEvents } from '../../inbox/search/team-events-repository.ts';
import type { RateLimit } from '../../reports/process-report.ts';
import type { Sentence } from './evidence.ts';
import { type ReplayState, replaysWords } from './replay-words.ts';
import { counted, listed, when } from './words.ts';

export interface Troubles {
  teamId: string;
  /** How the team is now. */
  state: ReplayState;
  events: TeamEvents;
  /** Of its installation, those limited last first. */
  limits: readonly RateLimit[];
}

/** Errors and methods that are named; the commands show all. */
const MOST_NAMED = 3;

export function tellTroubles(
  { teamId, state, events: { failures, waiting }, limits }: Troubles,
  nowMs: number,
): Sentence[] {
  const told: Sentence[] = [];
  if (failures.length > 0) {
    const total = failures.reduce((sum, { events }) => sum + events, 0);
    const lastMs = Math.max(...failures.map((one) => one.lastMs));
    const errors = failures.map(
      ({ error, listener, events }) => `${events} × ${error}${listener ? ` in ${listener}` : ''}`,
    );
    const text = `${many(total)} failed (${total === 1 ? 'it' : 'the newest'} came at ${when(lastMs, nowMs)}): ${named(errors)}. ${replaysWords(teamId, state, nowMs)}`;
    told.push({ text, certainty: 'proved', atMs: lastMs });
  }
  if (waiting) {
    const isOne = waiting.events === 1 && !waiting.isPart;
    const howMany = waiting.isPart ? `${waiting.events} events or more` : counted(waiting.events, 'event');
    // The oldest may be done by now.
    const forWhat = waiting.oldest
      ? `: slack-bot-server why ${waiting.oldest} says for what${isOne ? '' : ' the oldest does'}`
      : '';
    const text = `${howMany} ${isOne ? 'waits' : 'wait'}, since ${when(waiting.sinceMs, nowMs)}${forWhat}.`;
    told.push({ text, certainty: 'proved', atMs: waiting.sinceMs });
  }
  const paused = limits.filter(({ untilMs }) => untilMs > nowMs);
  if (paused.length > 0) {
    const methods = paused.map(({ method, untilMs }) => `${method} until ${when(untilMs, nowMs)}`);
    const text = `Slack limits its calls: ${named(methods)}. They wait, and are sent then.`;
    told.push({ text, certainty: 'proved', atMs: Math.max(...paused.map(({ lastAtMs }) => lastAtMs)) });
  }
  return told;
}

function many(events: number): string {
  return events >= MOST_COUNTED ? `${MOST_COUNTED} events or more` : counted(events, 'event');
}

function named(words: readonly string[]): string {
  const left = words.length - MOST_NAMED;
  return left > 0 ? `${words.slice(0, MOST_NAMED).join(', ')} and ${left} more` : listed(words);
}
