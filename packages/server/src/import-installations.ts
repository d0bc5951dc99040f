/** importInstallations: brings the installations of a Bolt app out of its InstallationStore, whatever that is, into the database. */
import { hostname } from 'node:os';
import { type ConfigInput, configFromEnvironment, parseConfig } from './config/config.ts';
import { secretsOf } from './config/secrets.ts';
import { BotServerError, messageOf } from './errors.ts';
import { createRedactor } from './observability/redactor.ts';
import { perform } from './operations/operation.ts';
import { importTeams } from './operations/teams/import-teams.ts';
import { openRehearsal } from './operations/teams/rehearsal.ts';
import { cutText } from './store/storable-text.ts';
import { systemClock } from './time/clock.ts';
import { systemRandom } from './time/random.ts';
import { createOperationContext } from './wiring/create-operation-context.ts';
import { openStorage } from './wiring/create-storage.ts';

/** What an InstallationStore of @slack/oauth is asked. */
export interface StoredInstallationQuery {
  teamId: string | undefined;
  enterpriseId: string | undefined;
  isEnterpriseInstall: boolean;
  /** @defaultValue whoever installed last */
  userId?: string;
}

/** What is needed of an InstallationStore of @slack/oauth or Bolt. */
export interface StoredInstallations {
  fetchInstallation(query: StoredInstallationQuery): Promise<unknown>;
}

/** `T…` and `E…` are a workspace and a whole organization; a store that wants both ids of a workspace gets the query itself. */
export type StoredInstallationId = string | StoredInstallationQuery;

/** Settings of the database as createServer() takes them, in place of those of the environment; and how to import. */
export interface ImportInstallationsOptions
  extends Pick<ConfigInput, 'databaseUrl' | 'databaseDirectUrl' | 'encryptionKeys'> {
  /** Only say what would become of each. @defaultValue false */
  dryRun?: boolean;
  /**
   * Also where the stored tokens rotate and are newer: those are lost then. Also takes workspaces out of organizations that are in use.
   * @defaultValue false
   */
  force?: boolean;
}

/** What became of one id; `error` says what is wrong with its installation, without tokens. */
export type ImportedInstallation =
  | {
      id: string;
      teamId: string;
      outcome: 'installed' | 'reinstalled' | 'reactivated' | 'updated' | 'unchanged';
    }
  | { id: string; error: string };

/** Installations that are stored at once, and that wait in memory. */
const PAGE = 200;

/** Characters of a store's error that are repeated. */
const MAX_MESSAGE = 300;

/**
 * Asks the store for each id and imports what it answers, beside a running server or without one. An id that fails stops no other.
 * @example
 * const results = await importInstallations(app.installationStore, ['T0ACME0001', 'E0ACME0001']);
 * @throws BotServerError `invalid_configuration`, `invalid_input` for an id that is none, and those of the database
 */
export async function importInstallations(
  store: StoredInstallations,
  ids: Iterable<StoredInstallationId> | AsyncIterable<StoredInstallationId>,
  { dryRun = false, force = false, ...settings }: ImportInstallationsOptions = {},
): Promise<ImportedInstallation[]> {
  const config = parseConfig({ ...configFromEnvironment(process.env), ...settings });
  const redactor = createRedactor({ secrets: secretsOf(config) });
  const say = (error: unknown) => cutText(redactor.text(messageOf(error)), MAX_MESSAGE);
  const storage = await openStorage(config, { clock: systemClock, database: 'found', onKeys: redactor.learn });
  try {
    const opened = createOperationContext({ config, storage, clock: systemClock, random: systemRandom });
    await using rehearsal = dryRun ? await openRehearsal(opened) : undefined;
    const context = { ...opened, ...(rehearsal && { rehearsal }) };
    const performance = { context, actor: { who: 'code:importInstallations', from: hostname() } };
    const imported: ImportedInstallation[] = [];
    for await (const page of pagesOf(ids)) {
      const fetched = await fetchAll(store, page, say);
      const lines = fetched.map(({ content }) => content ?? '');
      const options = { format: 'bolt-js' as const, dryRun, force };
      const { lines: results } = await perform(importTeams, { lines, ...options }, performance);
      const byLine = new Map(
        results.flatMap(({ line, ...result }) => ('document' in result ? [] : [[line, result] as const])),
      );
      const outcomeOf = (index: number) => byLine.get(index + 1) ?? { error: 'holds no installation' };
      imported.push(
        ...fetched.map(({ id, error }, index) => ({ id, ...(error === undefined ? outcomeOf(index) : { error }) })),
      );
    }
    return imported;
  } finally {
    await storage.close();
  }
}

async function* pagesOf(
  ids: Iterable<StoredInstallationId> | AsyncIterable<StoredInstallationId>,
): AsyncGenerator<StoredInstallationQuery[]> {
  let page: StoredInstallationQuery[] = [];
  for await (const id of ids) {
    page.push(queryOf(id));
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** @throws BotServerError `invalid_input` */
function queryOf(id: StoredInstallationId): StoredInstallationQuery {
  if (typeof id !== 'string') return id;
  if (/^E[A-Z0-9]+$/.test(id)) return { teamId: undefined, enterpriseId: id, isEnterpriseInstall: true };
  if (/^T[A-Z0-9]+$/.test(id)) return { teamId: id, enterpriseId: undefined, isEnterpriseInstall: false };
  throw new BotServerError('invalid_input', `ids must be like T0ACME0001 or E0ACME0001; got ${JSON.stringify(id)}`);
}

interface Fetched {
  id: string;
  content?: string;
  error?: string;
}

/** One by one: nobody knows how many at once the store takes. */
async function fetchAll(
  store: StoredInstallations,
  queries: readonly StoredInstallationQuery[],
  say: (error: unknown) => string,
): Promise<Fetched[]> {
  const fetched: Fetched[] = [];
  for (const query of queries) {
    const id = String(query.isEnterpriseInstall ? query.enterpriseId : query.teamId);
    try {
      const content = JSON.stringify(await store.fetchInstallation(query));
      fetched.push(content === undefined ? { id, error: 'the store has no installation' } : { id, content });
    } catch (error) {
      fetched.push({ id, error: `the store failed: ${say(error)}` });
    }
  }
  return fetched;
}
