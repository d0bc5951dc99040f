/**
 * Seals stored tokens anew under the first key. Page by page and by compare-and-set on the sealed bytes: a server may
 * install and refresh meanwhile, and what it writes is sealed with its own first key already.
 *
 * A token of the first format is of before the workspaces of organizations were bound: whoever seals it anew binds them, in the
 * same transaction. So each organization is bound once, and no row that somebody deletes or resets makes it happen again: it
 * would take a bot token of the first format, which nobody can make any more.
 */
import { isBotServerError } from '../errors.ts';
import type { Row, Statements } from '../store/store.ts';
import type { Credential } from './installation.ts';
import type { RepositoryContext } from './repository-context.ts';
import { inUnits } from './small-units.ts';
import { bindEarlierTeams } from './team-binding-repository.ts';
import type { CredentialBinding, TokenSealer } from './token-sealer.ts';

/** Where the next page begins. */
export type ResealCursor = readonly [installationKey: string, kind: string, userId: string];

export interface ResealPage {
  /** Undefined after the last page. */
  next: ResealCursor | undefined;
  /** Sealed values that were looked at: tokens, refresh tokens and webhooks. */
  seen: number;
  resealed: number;
  /** Changed by somebody else between reading and writing: the next run looks again. */
  changed: number;
  /** Installations with a value that no key opens. */
  unreadable: string[];
}

export interface ResealContext extends Pick<RepositoryContext, 'store'> {
  vault: TokenSealer & {
    /** Whether a value is sealed with the first key already, in the newest format. */
    isCurrent(sealed: Uint8Array): boolean;
    /** Whether it was sealed before teams were bound. */
    isOfFirstFormat(sealed: Uint8Array): boolean;
  };
}

/** Credentials that are read at once. */
const PAGE = 200;
const KEY = ['installation_key', 'kind', 'user_id'] as const;

/** Seals one page of credentials anew: what is not of the first key and the newest format. */
export async function resealPage(context: ResealContext, after: ResealCursor = ['', '', '']): Promise<ResealPage> {
  const rows = await context.store.all(
    `select * from credential where (installation_key, kind, user_id) > ($1, $2, $3)
     order by installation_key, kind, user_id limit ${PAGE}`,
    after,
  );
  const page: ResealPage = { next: undefined, seen: 0, resealed: 0, changed: 0, unreadable: [] };
  const writes = rows.flatMap((row) => writesOf(context, row, page));
  const written = await inUnits(context.store, {
    rows: writes,
    keyOf: ({ binding }) => binding.installationKey,
    write: (tx, write) => run(context, tx, write),
  });
  page.resealed = written.filter(Boolean).length;
  page.changed = written.length - page.resealed;
  const last = rows.at(-1);
  if (last && rows.length === PAGE) page.next = KEY.map((column) => String(last[column])) as unknown as ResealCursor;
  return page;
}

interface Write {
  column: 'token' | 'refresh_token' | 'webhook';
  binding: CredentialBinding;
  before: Uint8Array;
  after: Uint8Array;
}

function writesOf({ vault }: ResealContext, row: Row, page: ResealPage): Write[] {
  const owner = {
    installationKey: String(row.installation_key),
    kind: row.kind as Credential['kind'],
    userId: String(row.user_id),
  };
  const parts = [
    { column: 'token', binding: owner },
    { column: 'refresh_token', binding: { ...owner, part: 'refresh' } },
    { column: 'webhook', binding: { ...owner, part: 'webhook' } },
  ] as const;
  return parts.flatMap(({ column, binding }) => {
    const before = row[column];
    if (!(before instanceof Uint8Array)) return [];
    page.seen++;
    if (vault.isCurrent(before)) return [];
    try {
      return [{ column, binding, before, after: vault.seal(vault.open(before, binding), binding) }];
    } catch (error) {
      if (!isBotServerError(error, 'sealed_value_unreadable')) throw error;
      page.unreadable.push(owner.installationKey);
      return [];
    }
  });
}

async function run(
  { vault }: ResealContext,
  tx: Statements,
  { column, binding, before, after }: Write,
): Promise<boolean> {
  const { installationKey, kind, userId } = binding;
  const changed = await tx.run(
    `update credential set ${column} = $1
     where installation_key = $2 and kind = $3 and user_id = $4 and ${column} = $5`,
    [after, installationKey, kind, userId, before],
  );
  const isBotToken = kind === 'bot' && column === 'token';
  if (changed > 0 && isBotToken && vault.isOfFirstFormat(before)) await bindEarlierTeams(vault, tx, installationKey);
  return changed > 0;
}
