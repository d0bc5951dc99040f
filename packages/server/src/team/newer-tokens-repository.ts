/**
 * Keeps a grant of long ago from replacing tokens that rotate: each refresh makes the pair before useless, so what is stored
 * may be the only pair that works. A grant by OAuth is always of now; lines of an import may be of yesterday.
 */
import { BotServerError } from '../errors.ts';
import type { Row, Statements } from '../store/store.ts';
import type { GrantedToken, InstallInput } from './installations.ts';

/** Lines tell the end in whole seconds, rows in milliseconds. */
const SAME_MS = 1_000;

interface Whose {
  kind: 'bot' | 'user';
  userId: string;
  /** For the message. */
  word: string;
}

/** @throws BotServerError `newer_tokens_stored` when a stored token that rotates ends later than that of the grant */
export async function requireNothingNewer(tx: Statements, { key, bot, users }: InstallInput): Promise<void> {
  if (bot) await requireNotNewer(tx, key, { kind: 'bot', userId: '', word: 'bot token' }, bot);
  for (const user of users) {
    await requireNotNewer(tx, key, { kind: 'user', userId: user.userId, word: `token of ${user.userId}` }, user);
  }
}

async function requireNotNewer(tx: Statements, key: string, whose: Whose, granted: GrantedToken): Promise<void> {
  const row = await tx.get(
    'select expires_at_ms from credential where installation_key = $1 and kind = $2 and user_id = $3',
    [key, whose.kind, whose.userId],
  );
  const storedMs = endOf(row);
  if (storedMs === undefined) return;
  const grantedMs = granted.isUndated ? null : granted.expiresAtMs;
  if (grantedMs !== null && grantedMs > storedMs - SAME_MS) return;
  const message = `The stored ${whose.word} of ${key} rotates and ends at ${isoTime(storedMs)}, the new one ${wordsOf(granted)}: it is older, or nobody can tell`;
  throw new BotServerError('newer_tokens_stored', message, { facts: { installationKey: key, ...whose } });
}

function endOf(row: Row | undefined): number | undefined {
  return row === undefined || row.expires_at_ms === null ? undefined : Number(row.expires_at_ms);
}

function wordsOf({ isUndated, expiresAtMs }: GrantedToken): string {
  if (expiresAtMs === null) return 'does not rotate';
  return isUndated ? 'is not dated' : `at ${isoTime(expiresAtMs)}`;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
