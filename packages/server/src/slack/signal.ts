/** What the one fetch tells the judge, and what it asks before it sends. Types only. */
import type { InstallationKey, Version } from '../team/installation.ts';
import type { AnswerSource } from './verdict.ts';

/** The credential that a request carries, as it was when the request was sent. */
export interface SentCredential {
  key: InstallationKey;
  kind: 'bot' | 'user';
  userId: string;
  version: Version;
}

/** An answer of Slack that raises doubt: `ok: false` with a code that is not only about the call. */
export interface Signal extends SentCredential {
  code: string;
  /** `connect` and `probe` (any auth.test) are proof in themselves; a `call` only makes the judge probe. */
  source: Exclude<AnswerSource, 'refresh' | 'open'>;
  method: string;
  /** The workspace that the call named (`team_id`), for org-wide tokens. */
  teamId?: string | undefined;
}

/** What became of one probe. */
export type ProbeAnswer =
  | { kind: 'ok'; identity: ProbeIdentity }
  | { kind: 'error'; code: string }
  /** Nothing was learned: network, timeout, 5xx, 429, malformed. */
  | { kind: 'unanswered'; reason: string; retryAfterMs: number };

/** What auth.test tells of a token. */
export interface ProbeIdentity {
  /** Of an org-wide token the enterprise id. */
  teamId: string | null;
  enterpriseId?: string | null;
  teamName: string | null;
  domain: string | null;
  botUserId: string | null;
  botId: string | null;
  appId: string | null;
  /** The app's own name, which few answers have. */
  appName?: string | null;
  /** What the bot user is called in this workspace; null for the token of a person. */
  botName?: string | null;
}
