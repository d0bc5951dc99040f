/** What the attacks did to the others, and whether anybody noticed. Pure. */
import { formatTable } from '../table.ts';
import type { Delivered } from './slack-sender.ts';

/** What one attack on one store led to. */
export interface Outcome {
  store: string;
  attack: string;
  /** Connections, requests or deliveries of the attack. */
  done: number;
  /** The worst answer to the others. */
  answerMs: number;
  /** The worst time from an event of the others to its listener. */
  handledMs: number;
  /** Deliveries of the others that were not answered 200, and events that were and never reached their listener. */
  refused: number;
  lost: number;
  rssMib: number;
  /** Codes that the server exchanged with Slack. */
  exchanges: number;
  /** How the page of an install beside the attack was answered; 0 = not at all. */
  install: number;
}

/**
 * The others notice when it takes longer: Slack gives up after three seconds. On a machine with other work to do that says little, so
 * it may take `timesAlone` what it took without an attack.
 */
export const BOUNDS = {
  answerMs: 3_000,
  handledMs: 5_000,
  timesAlone: 3,
  rssMib: 512,
  exchangesPerSecond: 30,
} as const;

/** The run without an attack. */
export const ALONE = 'none';

const MIB = 1_048_576;

export interface Measured {
  delivered: readonly Delivered[];
  /** When each event reached its listener. */
  handledAtMs: Readonly<Record<string, number>>;
  rssBytes: number;
}

/** Reduces what was measured. */
export function figuresOf({ delivered, handledAtMs, rssBytes }: Measured) {
  const taken = delivered.filter(({ status }) => status === 200);
  const events = taken.filter(({ eventId }) => eventId !== undefined);
  const waits = events.flatMap(({ eventId = '', sentAtMs }) => {
    const atMs = handledAtMs[eventId];
    return atMs === undefined ? [] : [atMs - sentAtMs];
  });
  return {
    answerMs: Math.max(0, ...delivered.map(({ answerMs }) => answerMs)),
    handledMs: Math.max(0, ...waits),
    refused: delivered.length - taken.length,
    lost: events.length - waits.length,
    rssMib: rssBytes / MIB,
  };
}

/** What the others noticed, in words; nothing = it held. `alone` is the same store without an attack, in the same run. */
export function noticed(
  outcome: Outcome,
  { seconds, alone }: { seconds: number; alone?: Outcome | undefined },
): string[] {
  const { answerMs, handledMs, refused, lost, rssMib, exchanges, install } = outcome;
  const { timesAlone } = BOUNDS;
  const mostAnswerMs = Math.max(BOUNDS.answerMs, timesAlone * (alone?.answerMs ?? 0));
  const mostHandledMs = Math.max(BOUNDS.handledMs, timesAlone * (alone?.handledMs ?? 0));
  return [
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(answerMs > mostAnswerMs ? [`an answer took ${Math.round(answerMs)} ms`] : []),
    ...(handledMs > mostHandledMs ? [`an event waited ${Math.round(handledMs)} ms`] : []),
    ...(rssMib > BOUNDS.rssMib ? [`${Math.round(rssMib)} MiB of memory`] : []),
    // Some at once, and then by the second.
    ...(exchanges > BOUNDS.exchangesPerSecond * (seconds + 2) ? [`${exchanges} codes exchanged`] : []),
    ...(install !== 200 ? [`an install beside it was answered ${install}`] : []),
  ];
}

export function formatReport(outcomes: readonly Outcome[], seconds: number): string {
  const rows = outcomes.map((outcome) => [
    `${outcome.store}: ${outcome.attack}`,
    String(outcome.done),
    `${Math.round(outcome.answerMs)} ms`,
    `${Math.round(outcome.handledMs)} ms`,
    String(outcome.refused),
    String(outcome.lost),
    `${Math.round(outcome.rssMib)} MiB`,
    String(outcome.exchanges),
    noticed(outcome, { seconds, alone: aloneOf(outcome, outcomes) }).join(', ') || '–',
  ]);
  const header = ['attack', 'done', 'worst answer', 'worst wait', 'refused', 'lost', 'RSS', 'exchanges', 'noticed'];
  return `${formatTable(header, rows)}\n\nattack: ${isHeld(outcomes, seconds) ? 'PASS' : 'FAIL'}`;
}

export function isHeld(outcomes: readonly Outcome[], seconds: number): boolean {
  const isQuiet = (outcome: Outcome) => noticed(outcome, { seconds, alone: aloneOf(outcome, outcomes) }).length === 0;
  return outcomes.length > 0 && outcomes.every(isQuiet);
}

function aloneOf({ store }: Outcome, outcomes: readonly Outcome[]): Outcome | undefined {
  return outcomes.find((one) => one.store === store && one.attack === ALONE);
}
