/** `slack-bot-server doctor [bot]`: looks at all that this server needs, and says for each finding how to mend it. */
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Config, configFromEnvironment, isPostgresUrl, parseConfig } from '../config/config.ts';
import { checkPort } from '../doctor/check-port.ts';
import { checkRequestUrl } from '../doctor/check-request-url.ts';
import { checkGrants, checkScopes, type Grant } from '../doctor/check-scopes.ts';
import { checkSignatures } from '../doctor/check-signatures.ts';
import { checkAppOfToken, checkAppToken, checkCredentials, checkReach } from '../doctor/check-slack.ts';
import { checkDisk, checkKey, checkNode, checkSettings } from '../doctor/check-surroundings.ts';
import { type Finding, findingsOf } from '../doctor/finding.ts';
import { isBotServerError, messageOf } from '../errors.ts';
import { callsInSource } from '../manifest/calls-in-source.ts';
import { type SignedRequests, signedRequests } from '../operations/status/signed-requests.ts';
import { readAppId, readKeyFingerprint } from '../store/identity-repository.ts';
import { databaseVersion, storeFacts } from '../store/store-facts-repository.ts';
import { storeTroubles, troubleOf } from '../store/store-trouble.ts';
import { systemClock } from '../time/clock.ts';
import { systemRandom } from '../time/random.ts';
import { within } from '../time/within.ts';
import { type CommandCalls, createCommandCalls } from '../wiring/create-command-calls.ts';
import { findServer, openStorage, proveWritable, type Storage } from '../wiring/create-storage.ts';
import { EXIT } from './exit-codes.ts';
import { type JsonOption, neverSay, say, sayJson } from './output.ts';

const SIGNS = { ok: '✓', skipped: '·', warning: '!', problem: '✗' } as const;

/** How long Slack may take to answer, in milliseconds. */
const ATTEMPT_MS = 10_000;
/** How long it may take to write one event, in milliseconds. */
const WRITE_MS = 5_000;

/** Exits with 1 when there is a warning or a problem. */
export async function runDoctor(botPath: string | undefined, { json }: JsonOption): Promise<void> {
  const findings = await examine(botPath);
  const isSound = findings.every(({ level }) => level === 'ok' || level === 'skipped');
  if (!isSound) process.exitCode = EXIT.failure;
  if (json) return sayJson({ findings });
  for (const { check, level, message, fix } of findings) {
    say(`${SIGNS[level]} ${check}: ${message}`, 2);
    if (fix !== undefined) say(`    ${fix}`, 4);
  }
  say();
  say(isSound ? 'no problems found' : 'each line with ! or ✗ has its fix below it');
}

async function examine(botPath: string | undefined): Promise<Finding[]> {
  const findings = [checkNode(process.version)];
  const config = readConfig(findings);
  if (!config) return findings;
  findings.push(...checkSettings(config));
  const database = await examineDatabase(config, findings);
  const isRunning = await examineServer(config, findings);
  await examineSlack(config, { isRunning, database, findings });
  await examineBot(botPath, { config, database, findings });
  return findings;
}

function readConfig(findings: Finding[]): Config | undefined {
  try {
    return parseConfig(configFromEnvironment(process.env));
  } catch (error) {
    if (!isBotServerError(error)) throw error;
    const settings = findingsOf('settings');
    for (const line of error.message.split('\n')) findings.push(settings.problem(line, error.fix));
    return undefined;
  }
}

/** What the other checks want to know of it. */
interface DatabaseFacts {
  /** The app whose installations are in it; null before the first one. */
  appId: string | null;
  grants: Grant[];
  signed: SignedRequests;
}

/** Undefined when it is not there, or cannot be used. */
async function examineDatabase(config: Config, findings: Finding[]): Promise<DatabaseFacts | undefined> {
  const { databaseUrl } = config;
  try {
    const storage = await openStorage(config, {
      clock: systemClock,
      database: 'required',
      // It is asked before an upgrade, which only a backup leads back from.
      mayMigrate: false,
      onKeys: neverSay,
    });
    let facts: DatabaseFacts;
    try {
      findings.push(await checkWrites(storage, await databaseWords(storage)));
      findings.push(checkKey(storage.vault, await readKeyFingerprint(storage.store)));
      facts = {
        appId: await readAppId(storage.store),
        grants: await storage.installations.grantedScopes(),
        signed: await signedRequests(storage.reads, systemClock.now()),
      };
    } finally {
      await storage.close();
    }
    if (!isPostgresUrl(databaseUrl)) {
      const folder = dirname(resolve(databaseUrl));
      findings.push(checkDisk(await statfs(folder), folder));
    }
    return facts;
  } catch (error) {
    findings.push(findingOfFailure(error));
    return undefined;
  }
}

/** What it says that the database could not be opened, or was not. */
function findingOfFailure(error: unknown): Finding {
  const database = findingsOf('database');
  // With a key file there was one before: `start` refuses to begin anew, with the same words.
  if (isBotServerError(error, 'database_missing') && error.facts.keyPath === undefined)
    return database.skipped(`${error.message}; the first start makes it`);
  if (isBotServerError(error, 'store_older')) {
    const { current, latest } = error.facts;
    return database.ok(`schema ${current}, will be migrated by the next start to schema ${latest}`);
  }
  return database.problem(messageOf(error), isBotServerError(error) ? error.fix : 'Check DATABASE_URL.');
}

/** A database that can be read may take no events: its disk is full, it is a standby, or something locks it. */
async function checkWrites(storage: Storage, words: string): Promise<Finding> {
  const database = findingsOf('database');
  const tried = proveWritable(storage).then(() => undefined, troubleWords);
  const trouble = await within(tried, { clock: systemClock, limitMs: WRITE_MS, late: () => storeTroubles.locked });
  if (!trouble) return database.ok(words);
  return database.problem(`events cannot be stored: ${trouble.what} (${words})`, trouble.fix);
}

/** What has no word of its own is told as the database says it: a command has no log where that could be read. */
function troubleWords(error: unknown): { what: string; fix: string } {
  const trouble = troubleOf(error);
  if (trouble !== 'unavailable') return storeTroubles[trouble];
  return { what: messageOf(error), fix: 'Look at the health of the database, and at what was added to its tables.' };
}

/** Whether a server uses the database. `unknown`: the database does not say. */
type IsRunning = boolean | 'unknown';

/** Answers whether a server uses the database, also one that this process cannot open: with other keys, for example. */
async function examineServer(config: Config, findings: Finding[]): Promise<IsRunning> {
  const server = await findServer(config).catch(() => 'unknown' as const);
  if (server === 'unknown') {
    // What is wrong with the database has been told. A server that waits for it has the port.
    findings.push(findingsOf('server').skipped('whether one runs is not known: the database cannot be asked'));
    return 'unknown';
  }
  findings.push(findingsOf('server').ok(server ? `one runs (${server.pid})` : 'none runs on this database'));
  if (server) return true;
  const { port, host, adminPort, adminHost = '127.0.0.1' } = config;
  findings.push(await checkPort({ port, host, settings: { port: 'PORT', host: 'HOST' } }));
  if (adminPort !== undefined) {
    const settings = { port: 'ADMIN_PORT', host: 'ADMIN_HOST' };
    findings.push(await checkPort({ port: adminPort, host: adminHost, settings }));
  }
  return false;
}

/** `SQLite 3.50.4, schema 36: 12 active, 0 suspended, 1 inactive installations`. */
async function databaseWords({ reads, installations }: Storage): Promise<string> {
  const [version, { schema }] = [await databaseVersion(reads), await storeFacts(reads)];
  const { active, suspended, inactive } = await installations.countByStatus();
  const engine = reads.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL';
  return `${engine} ${version}, schema ${schema}: ${active} active, ${suspended} suspended, ${inactive} inactive installations`;
}

interface SlackExam {
  isRunning: IsRunning;
  database: DatabaseFacts | undefined;
  findings: Finding[];
}

async function examineSlack(config: Config, { isRunning, database, findings }: SlackExam): Promise<void> {
  const deps = { clock: systemClock, random: systemRandom, attemptTimeoutMs: ATTEMPT_MS };
  const { callSlack, fetch } = createCommandCalls(config, deps);
  const reach = await checkReach(config.slackApiUrl, {
    fetch,
    now: () => systemClock.now(),
    isProxied: config.httpsProxy !== undefined,
  });
  findings.push(...reach);
  if (reach.some(({ check, level }) => check === 'slack' && level === 'problem')) return;
  findings.push(await checkCredentials(config, callSlack));
  if (config.slackTransport === 'socket') {
    findings.push(...checkAppOfToken(config.slackAppToken, database?.appId ?? null));
    findings.push(...(await examineSockets(config, { isRunning, callSlack })));
  }
  if (config.slackTransport !== 'http') return;
  findings.push(await examineRequestUrl(config, { isRunning }));
  if (isRunning === true && database) findings.push(checkSignatures(database.signed));
}

async function examineSockets(
  config: Config,
  { isRunning, callSlack }: { isRunning: IsRunning } & Pick<CommandCalls, 'callSlack'>,
): Promise<Finding[]> {
  const token = await checkAppToken(config, callSlack);
  const sockets = findingsOf('sockets');
  if (token.level !== 'ok' || config.slackAppToken === undefined) return [token];
  // A socket that is opened beside a server would take its events.
  if (isRunning !== false)
    return [token, sockets.skipped('a running server warns when another process uses SLACK_APP_TOKEN')];
  const { checkSockets } = await import('../doctor/check-sockets.ts');
  return [token, await checkSockets(config.slackAppToken, { callSlack, clock: systemClock })];
}

async function examineRequestUrl(
  { publicUrl, slackSigningSecret }: Config,
  { isRunning }: { isRunning: IsRunning },
): Promise<Finding> {
  const requestUrl = findingsOf('request URL');
  if (publicUrl === undefined || slackSigningSecret === undefined) return requestUrl.skipped('PUBLIC_URL is missing');
  if (isRunning === 'unknown') return requestUrl.skipped('whether a server runs is not known');
  if (!isRunning) return requestUrl.skipped('no server runs: start it and ask again');
  const now = () => systemClock.now();
  return await checkRequestUrl({ publicUrl, signingSecret: slackSigningSecret, fetch: globalThis.fetch, now });
}

async function examineBot(
  botPath: string | undefined,
  { config, database, findings }: { config: Config; database: DatabaseFacts | undefined; findings: Finding[] },
): Promise<void> {
  if (botPath === undefined)
    return void findings.push(findingsOf('scopes').skipped('name the bot file to have its scopes checked'));
  // Classic apps have one scope for everything.
  if (config.slackOauth === 'v1')
    return void findings.push(findingsOf('scopes').skipped('classic apps have the scope bot'));
  try {
    // With it comes Bolt, which takes longer to load than all other checks run.
    const { declarationsIn } = await import('./manifest-command.ts');
    const declared = await declarationsIn(botPath);
    const calls = callsInSource(botPath);
    const needs = { asked: config.slackScopes, declared, methods: Array.from(calls.keys()) };
    findings.push(...checkScopes(needs, calls));
    if (database && database.grants.length > 0) findings.push(...checkGrants(database.grants, needs));
  } catch (error) {
    if (!isBotServerError(error, 'bot_not_loadable')) throw error;
    findings.push(findingsOf('bot file').problem(error.message, error.fix));
  }
}
