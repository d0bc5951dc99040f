/** `slack-bot-server broadcast …`: one message to many teams. */
import { type Command, Option } from 'commander';
import {
  type BroadcastRow,
  type CancelReason,
  type ShownPostState,
  shownPostStates,
} from '../operations/broadcast/broadcast-row.ts';
import { cancelBroadcast } from '../operations/broadcast/cancel-broadcast.ts';
import { listBroadcasts } from '../operations/broadcast/list-broadcasts.ts';
import { showBroadcast } from '../operations/broadcast/show-broadcast.ts';
import { startBroadcast } from '../operations/broadcast/start-broadcast.ts';
import { showStatus } from '../operations/status/show-status.ts';
import { counted } from '../operations/why/words.ts';
import { systemClock } from '../time/clock.ts';
import { blocksIn } from './api-command.ts';
import { confirm, type YesOption } from './confirm.ts';
import { EXIT } from './exit-codes.ts';
import { interrupted, interruptible } from './interruptible.ts';
import { wordsFor } from './known-words.ts';
import { commandOf, numberOption, wholeNumber } from './operation-command.ts';
import { complain, type JsonOption, say, sayFacts, sayJson, sayTable, WAITS } from './output.ts';
import { showProgress } from './progress.ts';
import { type Run } from './run.ts';
import { runOperation, withOperations } from './run-operation.ts';

export function addBroadcast(broadcast: Command): void {
  commandOf(broadcast, startBroadcast)
    .argument('[text]')
    .option('--blocks <json>', 'blocks of Block Kit, as JSON or as @FILE')
    .option('--to <channel>', 'a channel that each team has, for example #general; default: who installed the app')
    .option('--or-else <channel>', 'where it is not known who installed the app')
    .option('--team <team>', 'only to this team')
    .option('--search <text>', 'only to teams with this in their id, name or domain')
    .option(
      '--where <query>',
      'only to teams that match, for example "enterprise:E0ACME0001 since:30d"; terms: teams list --help',
    )
    .addOption(numberOption('--per-minute <n>', 'posts per minute, 1 to 6000', startBroadcast.input.shape.perMinute))
    .option('--dry-run', 'only count the teams')
    .option('--wait', 'follow it until it has ended; exits 1 when a team failed')
    .option('--yes', 'do not ask')
    .action(broadcastStart);
  commandOf(broadcast, listBroadcasts, { isDefault: true }).action(broadcastList);
  commandOf(broadcast, showBroadcast)
    .argument('<broadcast>', 'its number', wholeNumber)
    .addOption(new Option('--state <state>', 'only teams in this state').choices(shownPostStates))
    .addOption(numberOption('--limit <n>', 'teams at most, 1 to 1000', showBroadcast.input.shape.limit))
    .option('--cursor <cursor>', 'continue after an earlier list')
    .action(broadcastShow);
  commandOf(broadcast, cancelBroadcast).argument('<broadcast>', 'its number', wholeNumber).action(broadcastCancel);
}

export interface BroadcastOptions extends JsonOption, YesOption {
  blocks?: string;
  to?: string;
  orElse?: string;
  team?: string;
  search?: string;
  where?: string;
  perMinute?: number;
  dryRun?: boolean;
  wait?: boolean;
}

/** Between two looks at how far it is, in milliseconds. */
const POLL_MS = 500;

/** `broadcast start`: says to how many teams, and asks. */
export async function broadcastStart(text: string | undefined, options: BroadcastOptions): Promise<void> {
  const { json, blocks, to, orElse, team, search, where, perMinute } = options;
  const input = { text, blocks: blocksIn(blocks), to, orElse, teamId: team, search, where, perMinute };
  await withOperations(async (run) => {
    const preview = await run(startBroadcast, { ...input, dryRun: true });
    const skipped = skippedOf(preview);
    if (options.dryRun || preview.teams === 0) {
      if (json) return sayFacts(preview);
      if (preview.teams === 0) return say(preview.next);
      return say(`${teams(preview.teams)}, ${within(preview.minutes)}${skipped}; ${preview.next}`);
    }
    const question = `post to ${teams(preview.teams)}, ${within(preview.minutes)}${skipped}`;
    if (!(await confirm(question, options))) return;
    const outcome = await run(startBroadcast, input, { onProgress: json ? () => {} : showProgress('teams queued') });
    const waitsFor = options.wait ? outcome.broadcast : null;
    if (json && waitsFor === null) return sayFacts(outcome);
    const tell = () => {
      // Who waits has to know for what; a program reads how it ended and nothing else.
      const write = json ? complain : say;
      write(`broadcast ${outcome.broadcast} to ${teams(outcome.teams)}${skippedOf(outcome)}`);
      write(outcome.next);
    };
    if (waitsFor === null) tell();
    else await waitFor(run, waitsFor, { ...options, onBegin: tell });
  });
}

/** The part that nobody gets. */
function skippedOf({ installerUnknown: count }: { installerUnknown: number }): string {
  if (count === 0) return '';
  const [have, are, those] = count === 1 ? ['has', 'is', 'it'] : ['have', 'are', 'those'];
  return `, ${count} of which ${have} no known installer and ${are} skipped (--or-else CHANNEL reaches ${those})`;
}

/** Follows it until it has ended; Ctrl-C ends the following alone. */
async function waitFor(
  run: Run,
  broadcast: number,
  { onBegin, ...options }: JsonOption & { onBegin: () => void },
): Promise<void> {
  const row = await interruptible((signal) => {
    onBegin();
    return untilOver(run, broadcast, { signal, isQuiet: options.json === true });
  });
  if (row.counts.failed > 0) process.exitCode = EXIT.failure;
  if (options.json) sayJson(row);
  else say(headOf(row));
  if (isOver(row)) return;
  const fix = `\`slack-bot-server broadcast show ${broadcast}\` says how far it is; \`broadcast cancel ${broadcast}\` stops it.`;
  const { server } = await run(showStatus, {});
  const left =
    server === null
      ? `no server is running; the next one posts broadcast ${broadcast}`
      : `broadcast ${broadcast} goes on without this command`;
  throw interrupted(`Stopped waiting: ${left}`, fix);
}

/** Answers how it was last, without what became of each team, which `broadcast show` has; before its end when the signal aborts. */
async function untilOver(
  run: Run,
  broadcast: number,
  { signal, isQuiet }: { signal: AbortSignal; isQuiet: boolean },
): Promise<BroadcastRow> {
  const onProgress = isQuiet ? () => {} : showProgress('posts done');
  let isTold = false;
  for (;;) {
    const { posts: _posts, nextCursor: _nextCursor, ...row } = await run(showBroadcast, { broadcast, limit: 1 });
    if (row.needsServer && !isTold)
      complain(`broadcast ${broadcast} ${WAITS}: none is running. Ctrl-C stops waiting for it`);
    isTold = row.needsServer;
    const { waiting, sending, not_posted } = row.counts;
    const note = countsOf({ counts: { ...row.counts, waiting: 0, sending: 0, sent: 0, not_posted: 0 } });
    onProgress({ done: row.teams - waiting - sending - not_posted, total: row.teams, note });
    if (isOver(row) || signal.aborted) return row;
    await systemClock.sleep(POLL_MS, signal).catch(() => {});
  }
}

function isOver({ state }: BroadcastRow): boolean {
  return state === 'done' || state === 'cancelled';
}

/** `broadcast list`. */
export async function broadcastList({ json }: JsonOption): Promise<void> {
  const { broadcasts } = await runOperation(listBroadcasts, {});
  if (json) return sayJson(broadcasts);
  if (broadcasts.length === 0) return say('no broadcasts');
  sayTable(
    ['BROADCAST', 'STATE', 'ASKED', 'WHO', 'TO', 'TEAMS', 'COUNTS'],
    broadcasts.map((row) =>
      [row.broadcast, stateOf(row), row.asked, row.who, toOf(row), row.teams, countsOf(row)].map(String),
    ),
  );
}

/** `broadcast show BROADCAST`. */
export async function broadcastShow(
  broadcast: number,
  { json, state, limit, cursor }: JsonOption & { state?: ShownPostState; limit?: number; cursor?: string },
): Promise<void> {
  const row = await runOperation(showBroadcast, { broadcast, state, limit, cursor });
  if (json) return sayJson(row);
  say(headOf(row));
  say(`to ${toOf(row)}, asked ${row.asked} by ${row.who}, at most ${row.perMinute} a minute`);
  if (row.posts.length === 0) return;
  sayTable(
    ['TEAM', 'STATE', 'TO', 'TS', 'ATTEMPTS', 'ERROR'],
    row.posts.map(({ teamId, state: of, to, ts, attempts, error }) => [
      teamId,
      wordsOf(of),
      to ?? '',
      ts ?? '',
      String(attempts),
      error ?? '',
    ]),
  );
  if (row.nextCursor !== null) say(`more: --cursor ${row.nextCursor}`);
}

/** `broadcast cancel BROADCAST`. */
export async function broadcastCancel(broadcast: number, { json }: JsonOption): Promise<void> {
  const outcome = await runOperation(cancelBroadcast, { broadcast });
  if (json) return sayFacts(outcome);
  if (outcome.changed) say(`broadcast ${broadcast} is cancelled: ${countsOf(outcome)}`);
  say(outcome.next);
}

function headOf(row: BroadcastRow): string {
  const why = row.why === null ? '' : `, because ${wordsFor(CANCELLED_BECAUSE, row.why)}`;
  const counts = row.teams === 0 ? 'no team' : countsOf(row);
  return `broadcast ${row.broadcast} ${row.needsServer ? WAITS : `is ${row.state}`}${why}: ${counts}`;
}

const CANCELLED_BECAUSE: Readonly<Record<string, string>> = {
  writer_died: 'the process that was preparing its recipients died (nothing was posted: start it again)',
  writer_failed: 'the database failed while its recipients were prepared (nothing was posted: start it again)',
  interrupted: 'it was interrupted while its recipients were prepared (nothing was posted)',
  message_unreadable: 'its message cannot be read',
} satisfies Record<CancelReason, string>;

function stateOf({ state, needsServer, why }: BroadcastRow): string {
  if (needsServer) return WAITS;
  return why === null ? state : `${state} (${wordsOf(why)})`;
}

function toOf({ to, orElse }: BroadcastRow): string {
  return orElse === null ? to : `${to}, or else ${orElse}`;
}

function countsOf({ counts }: Pick<BroadcastRow, 'counts'>): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.map(([state, count]) => `${count} ${wordsOf(state)}`).join(', ');
}

function wordsOf(state: string): string {
  return state.replaceAll('_', ' ');
}

function within(minutes: number): string {
  return minutes <= 1 ? 'within a minute' : `within about ${Math.ceil(minutes)} minutes`;
}

function teams(count: number): string {
  return counted(count, 'team');
}
