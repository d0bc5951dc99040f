/** The words of broadcasts: one message to many teams, a row for each team. */

import type { TeamCondition } from '../team/team-search.ts';

export type BroadcastState = 'filling' | 'running' | 'done' | 'cancelled';

/**
 * Why a broadcast was cancelled by itself:
 *
 * - `writer_died`: the process that was preparing its recipients died
 * - `writer_failed`: the database failed while its recipients were prepared
 * - `interrupted`: whoever began it ended that while its recipients were prepared
 * - `message_unreadable`: what its row holds is no message
 */
export type CancelReason = 'writer_died' | 'writer_failed' | 'interrupted' | 'message_unreadable';

/**
 * - `waiting`: its turn has not come
 * - `sending`: a server is about to post it; left by a server that died it is posted again, because nobody knows whether it arrived, or
 *   is failed as `answer_unknown` when its broadcast was cancelled
 * - `sent`: Slack has answered that it is posted
 * - `failed`: Slack refuses it, or did not answer three times
 * - `skipped`: there was nobody to post it to
 */
export const postStates = ['waiting', 'sending', 'sent', 'failed', 'skipped'] as const;

export type PostState = (typeof postStates)[number];

export interface BroadcastMessage {
  text?: string;
  blocks?: unknown[];
}

/** Which teams, and where in each of them. */
export interface BroadcastQuery {
  /** Of each team the person who installed the app, or this channel or person. */
  to: string;
  /** Where nobody knows who installed it. */
  orElse?: string;
  /** Part of a team's id, name or domain. */
  search?: string;
  /** Only this one. */
  teamId?: string;
  /** The query of which `conditions` were made, for people. */
  where?: string;
  conditions?: readonly TeamCondition[];
}

/** In place of a channel. */
export const TO_INSTALLER = 'installer';

export interface Broadcast {
  id: number;
  /** Undefined, as the query may be: what its row holds is none. */
  message: BroadcastMessage | undefined;
  query: BroadcastQuery | undefined;
  perMinute: number;
  who: string;
  askedAtMs: number;
  state: BroadcastState;
  endedAtMs: number | null;
  /** Why it was cancelled, where no operator did that. */
  why: string | null;
}

/** The post to one team. */
export interface BroadcastPost {
  teamId: string;
  shard: number;
  target: string | null;
  state: PostState;
  /** The server that posts it. */
  owner: string | null;
  attempts: number;
  channel: string | null;
  ts: string | null;
  error: string | null;
  atMs: number | null;
}

/** The failure of a post under way whose server died, and whose broadcast was cancelled: it may have arrived. */
export const ANSWER_UNKNOWN = 'answer_unknown';

/** What came of one try. `waiting`: it is tried again. */
export type PostResult =
  | { state: 'sent'; channel: string | null; ts: string | null }
  | { state: 'failed' | 'skipped' | 'waiting'; error: string };
