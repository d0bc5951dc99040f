/** `teams exchange`: moves tokens that live for ever to token rotation, beside a running server or without one. */
import { assertNever } from '../assert-never.ts';
import { BotServerError } from '../errors.ts';
import { systemClock } from '../time/clock.ts';
import { systemRandom } from '../time/random.ts';
import { findServer, type Storage } from '../wiring/create-storage.ts';
import { countToExchange, type ExchangedToken, exchangeTokens } from '../wiring/create-token-exchange.ts';
import { type CommandStorage, commandConfig, withStorage } from './command-storage.ts';
import { untilAskedToEnd } from './lifeline.ts';
import { EXIT, isoTime, say, sayJson } from './output.ts';

export interface ExchangeCommandOptions {
  all?: boolean;
  perMinute: number;
  json?: boolean;
}

/** What one line of `--json` says. */
interface ExchangeRow {
  installation: string;
  token: 'bot' | 'user';
  userId: string | null;
  outcome: ExchangedToken['outcome']['kind'];
  slackError: string | null;
  expires: string | null;
}

/** Exchanges the tokens of one team or of all. Ctrl-C ends it after the token that is under way. */
export async function exchangeTeams(teamId: string | undefined, options: ExchangeCommandOptions): Promise<void> {
  if ((teamId === undefined) === !options.all) {
    throw new BotServerError('usage', 'Name a team, or say --all');
  }
  await withStorage(async (storage) => {
    const key = teamId === undefined ? undefined : await keyOf(storage, teamId);
    const total = await countToExchange(storage, systemClock, key);
    const rows = await run(storage, { ...options, key, total });
    const failed = rows.filter(({ outcome }) => outcome === 'refused' || outcome === 'unreadable').length;
    const left = await countToExchange(storage, systemClock, key);
    if (options.json) sayJson({ tokens: rows, left });
    else await saySummary(storage, rows, { failed, left });
    if (failed > 0 || left > 0) process.exitCode = EXIT.failure;
  });
}

async function run(
  storage: CommandStorage,
  { key, total, perMinute, json }: ExchangeCommandOptions & { key: string | undefined; total: number },
): Promise<ExchangeRow[]> {
  const stopping = new AbortController();
  void untilAskedToEnd().then(() => stopping.abort(STOPPED));
  const rows: ExchangeRow[] = [];
  const sayLine = json ? () => {} : say;
  try {
    for await (const token of exchangeTokens({
      config: commandConfig(),
      storage,
      clock: systemClock,
      random: systemRandom,
      key,
      signal: stopping.signal,
      options: { perMinute },
      onDelay: ({ why, waitMs }) => sayLine(`${delayWords[why]} (${Math.ceil(waitMs / 1_000)} s)`),
    })) {
      rows.push(rowOf(token));
      sayLine(`${rows.length} of ${total}  ${lineOf(token)}`);
    }
  } catch (error) {
    if (error !== STOPPED) throw error;
    sayLine('stopped; run it again for the rest');
  }
  return rows;
}

const STOPPED = new Error('asked to end');

const delayWords = {
  limited: 'Slack asks to wait',
  no_answer: 'Slack does not answer; asking again',
  not_stored: 'the new token cannot be stored yet; do not end this command',
} as const;

async function keyOf({ installations }: Pick<Storage, 'installations'>, teamId: string): Promise<string> {
  const view = await installations.findByTeam(teamId);
  const facts = { teamId };
  if (!view) throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts });
  const { key, state } = view.installation;
  if (state.kind === 'active') return key;
  throw new BotServerError('installation_not_active', `Team ${teamId} is ${state.kind}`, { facts });
}

function rowOf({ key, kind, userId, outcome }: ExchangedToken): ExchangeRow {
  return {
    installation: key,
    token: kind,
    userId: userId || null,
    outcome: outcome.kind,
    slackError: outcome.kind === 'refused' ? outcome.slackError : null,
    expires: outcome.kind === 'exchanged' ? isoTime(outcome.expiresAtMs) : null,
  };
}

function lineOf({ key, kind, userId, outcome }: ExchangedToken): string {
  return `${key} ${kind === 'bot' ? 'bot' : `user ${userId}`}: ${wordsOf(outcome)}`;
}

function wordsOf(outcome: ExchangedToken['outcome']): string {
  switch (outcome.kind) {
    case 'exchanged':
      return `exchanged, refreshed by itself before ${isoTime(outcome.expiresAtMs)}`;
    case 'rotates':
      return 'rotates already';
    case 'gone':
      return 'not there any more, or not active';
    case 'replaced':
      return 'registered again meanwhile, and has another token';
    case 'unreadable':
      return 'not exchanged: no key of ENCRYPTION_KEYS opens the token';
    case 'refused':
      return `not exchanged: ${outcome.slackError}. ${refusalWords[outcome.slackError] ?? 'Run it again for this team.'}`;
    default:
      return assertNever(outcome, 'outcome of an exchange');
  }
}

/** What the codes of one token mean (docs.slack.dev/reference/methods/oauth.v2.exchange). */
const refusalWords: Readonly<Record<string, string>> = {
  token_already_exchanged:
    'Slack gave a pair for it before, and that answer was lost. The present token works for now; install the app there again.',
  authorization_not_found:
    'The installation is gone at Slack. The server deactivates the team as soon as it is told so.',
  invalid_token: 'Slack exchanges tokens of bots and people of this very app only. Install the app there again.',
  malformed_answer: 'Slack answered without a pair. Install the app there again.',
};

async function saySummary(
  storage: CommandStorage,
  rows: readonly ExchangeRow[],
  { failed, left }: { failed: number; left: number },
): Promise<void> {
  const exchanged = rows.filter(({ outcome }) => outcome === 'exchanged').length;
  say(`${exchanged} exchanged, ${failed} failed, ${left} left that do not rotate`);
  if (exchanged === 0) return;
  const server = await findServer(storage);
  say(
    server
      ? 'the running server uses the new tokens within a second'
      : 'no server is running: start one within twelve hours, it keeps the new tokens alive',
  );
}
