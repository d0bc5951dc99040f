/** What came of requests that were signed, since the server started: a wrong SLACK_SIGNING_SECRET is seen by nothing else from here. */
import { factsWithin } from '../../history/fact-repository.ts';
import { MINUTE_MS } from '../../reports/minute-report.ts';
import { selectMinutes } from '../../reports/minute-repository.ts';
import type { Queries } from '../../store/store.ts';

/** How far back is looked, in milliseconds. */
const LOOK_BACK_MS = 3_600_000;
/** Servers start, and tell of what they turned away, once a minute at most. */
const MOST_FACTS = 1_000;

export interface SignedRequests {
  /** Whose signature was wrong. */
  refused: number;
  /** Events that were taken, of which servers tell once a minute, and challenges of Slack's. */
  accepted: number;
}

export async function signedRequests(reads: Queries, nowMs: number): Promise<SignedRequests> {
  const told = await factsWithin(reads, {
    kinds: ['started', 'turned_away', 'challenged'],
    fromMs: nowMs - LOOK_BACK_MS,
    toMs: nowMs,
    limit: MOST_FACTS,
    keep: 'newest',
  });
  const startedMs = told.findLast(({ kind }) => kind === 'started')?.atMs ?? nowMs - LOOK_BACK_MS;
  const refused = told.filter(({ atMs, details }) => atMs >= startedMs && details.reason === 'wrong_signature');
  const challenges = told.filter(({ kind, atMs }) => kind === 'challenged' && atMs >= startedMs).length;
  const minutes = await selectMinutes(reads, Math.floor(startedMs / MINUTE_MS) * MINUTE_MS);
  return {
    refused: refused.reduce((sum, { details }) => sum + (details.count ?? 1), 0),
    accepted: minutes.reduce((sum, { accepted, repeated }) => sum + accepted + repeated, challenges),
  };
}
