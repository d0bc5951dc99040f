/** Trials: for whom they end, and when. Billing is somebody else's: it says who pays. */
import type { TeamNotes } from '../store/team-notes.ts';
import { ageText, dateText } from '../words/times.ts';

export interface Trial {
  /** How long a team may play for nothing, in days; null: for ever. */
  days: number | null;
  /** Where to pay. */
  url: string | undefined;
}

const DAY_MS = 24 * 3_600_000;
/** So long before its end the team is told, in milliseconds. */
const NOTICE_MS = 3 * DAY_MS;
/** A daily job comes at about the same time: what is due a little later is done now, and not a day late. */
const SPREAD_MS = 4 * 3_600_000;

/** Undefined for whoever has no trial. It begins with the first install, and once. */
export function trialEndMs({ installedAtMs, isSubscribed }: TeamNotes, { days }: Trial): number | undefined {
  if (days === null || isSubscribed || installedAtMs === undefined) return undefined;
  return installedAtMs + days * DAY_MS;
}

/** What is to be done about a trial now. */
export function trialStep(notes: TeamNotes, trial: Trial, nowMs: number): 'nothing' | 'tell' | 'end' {
  const endMs = trialEndMs(notes, trial);
  if (endMs === undefined) return 'nothing';
  // Nobody is put out without having been told in time, also when no server ran meanwhile.
  if (notes.trialToldAtMs === undefined) return nowMs >= endMs - NOTICE_MS ? 'tell' : 'nothing';
  return nowMs + SPREAD_MS >= Math.max(endMs, notes.trialToldAtMs + NOTICE_MS) ? 'end' : 'nothing';
}

/** For `team`. */
export function trialText(
  notes: TeamNotes,
  { trial, nowMs, timezone }: { trial: Trial; nowMs: number; timezone: string },
): string[] {
  if (notes.isSubscribed) return ['subscribed'];
  const endMs = trialEndMs(notes, trial);
  return endMs === undefined ? [] : [`on trial until ${dateText(Math.max(endMs, nowMs), timezone)}`];
}

export function trialNotice(notes: TeamNotes, trial: Trial, nowMs: number): string {
  const leftMs = Math.max((trialEndMs(notes, trial) ?? nowMs) - nowMs, NOTICE_MS);
  return `Your trial ends in ${ageText(leftMs)}.${whereToPay(trial)}`;
}

export function trialEnded(trial: Trial): string {
  return `Your trial is over, so I leave. All boards are kept for two weeks.${whereToPay(trial)}`;
}

function whereToPay({ url }: Trial): string {
  return url === undefined ? '' : ` To go on playing: ${url}`;
}
