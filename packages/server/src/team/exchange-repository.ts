/**
 * Tokens that live for ever, on their way to pairs that rotate (oauth.v2.exchange). A write compares the token that was
 * exchanged with the stored one, inside its transaction: a pair never lands on what a re-install has put there meanwhile,
 * and is never lost because something else of the installation changed.
 */
import type { Row, SqlValue, Statements } from '../store/store.ts';
import { markChanged } from './change-counter-repository.ts';
import type { Credential, InstallationKey } from './installation.ts';
import type { GrantedToken } from './installations.ts';
import { moveVersion, writePair } from './refresh-repository.ts';
import type { RepositoryContext } from './repository-context.ts';
import { about } from './subjects.ts';
import { insertTimelineEntry } from './timeline-repository.ts';
import type { PairOwner } from './token-pairs.ts';

/** Which tokens; all of active installations unless a key is given. */
export interface LongLivedFilter {
  key?: InstallationKey | undefined;
  /** Only behind this one, in the order of key, kind and user. */
  after?: PairOwner | undefined;
  limit: number;
}

/** The questions and the write of an exchange. */
export interface ExchangeStore {
  /** Whose tokens of active installations do not rotate, in the order of key, kind and user. */
  longLived(filter: LongLivedFilter): Promise<PairOwner[]>;
  countLongLived(key?: InstallationKey): Promise<number>;
  /**
   * Stores the pair that was given for the token `used`, as version (install, refresh + 1) of the whole installation, like a
   * refresh. False when the stored token is another one by now.
   */
  exchange(owner: PairOwner, used: string, granted: GrantedToken): Promise<boolean>;
}

const LONG_LIVED = `credential join installation on key = installation_key
  where status = 'active' and refresh_token is null and expires_at_ms is null and ($1 = '' or installation_key = $1)`;

/** Works on `store`, with tokens sealed by `vault`. */
export function createExchangeStore(context: RepositoryContext): ExchangeStore {
  const { store } = context;
  return {
    async longLived({ key = '', after, limit }) {
      const from: SqlValue[] = [after?.key ?? '', after?.kind ?? '', after?.userId ?? ''];
      const rows = await store.all(
        `select installation_key, kind, user_id from ${LONG_LIVED} and (installation_key, kind, user_id) > ($2, $3, $4)
         order by installation_key, kind, user_id limit $5`,
        [key, ...from, limit],
      );
      return rows.map(toOwner);
    },
    async countLongLived(key = '') {
      return Number((await store.get(`select count(*) as total from ${LONG_LIVED}`, [key]))?.total ?? 0);
    },
    exchange: (owner, used, granted) =>
      store.transaction({ about: about(owner.key) }, async (tx) => {
        if (!(await isStillStored(context, tx, owner, used))) return false;
        await writePair(context, tx, owner, granted);
        await moveVersion(tx, owner);
        const facts = { kind: owner.kind, userId: owner.userId || null };
        await insertTimelineEntry(tx, owner.key, { atMs: context.clock.now(), kind: 'token_exchanged', facts });
        await markChanged(tx, owner.key);
        return true;
      }),
  };
}

function toOwner(row: Row): PairOwner {
  return {
    key: String(row.installation_key),
    kind: row.kind as Credential['kind'],
    userId: String(row.user_id),
  };
}

async function isStillStored(
  { vault }: RepositoryContext,
  tx: Statements,
  { key, kind, userId }: PairOwner,
  used: string,
): Promise<boolean> {
  const row = await tx.get('select token from credential where installation_key = $1 and kind = $2 and user_id = $3', [
    key,
    kind,
    userId,
  ]);
  if (!(row?.token instanceof Uint8Array)) return false;
  return vault.open(row.token, { installationKey: key, kind, userId }) === used;
}
