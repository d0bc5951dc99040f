/**
 * Reads what was said while there was no connection, by conversations.history and within Slack's limits: a job, once a minute and team,
 * reads so many pages and goes on in the next minute where it ended.
 */
import type { BotServer, TeamData, TeamJobContext } from 'slack-bot-server';
import { gapsOf, keyOfGap, nextReading, noteGap, noteRead, planReading, type Reading } from './missed.ts';

/** What an app may read, per workspace. (https://docs.slack.dev/apis/web-api/rate-limits) */
export interface Pace {
  pagesPerMinute: number;
  messagesPerPage: number;
}

/** Sold outside of Slack's Marketplace since May 2025. Slow for others, and wrong for nobody. */
export const unlisted: Pace = { pagesPerMinute: 1, messagesPerPage: 15 };
/** Internal, or in the Marketplace: half of what tier 3 allows, because the bot may want to read, too. */
export const listed: Pace = { pagesPerMinute: 25, messagesPerPage: 200 };

export type Client = TeamJobContext['client'];

/** A message as conversations.history gives it. */
export type Found = NonNullable<Awaited<ReturnType<Client['conversations']['history']>>['messages']>[number] & {
  ts: string;
};

export interface CatchUpOptions {
  pace: Pace;
  /** Handles a message, the newest first, that may have been handled before. After an error its page is read again a minute later. */
  readonly handle: (message: Found, where: { teamId: string; channel: string; client: Client }) => Promise<void>;
}

/** Gaps of the app (Socket Mode) are of all teams: they are noted under this name, which no team has, and each team looks there. */
const APP = 'app';
/** The last gap that a team has seen there. */
const SEEN_GAP = 'seen-gap-of-app';
/** By then every team has seen it that is ever going to. */
const APP_GAPS_KEPT_MS = 7 * 86_400_000;

/** What says that the bot may not read a conversation any more. */
const GONE: ReadonlySet<unknown> = new Set(['channel_not_found', 'not_in_channel', 'is_archived', 'missing_scope']);

/** From now on what is missed is read. */
export function catchUp({ server }: BotServer, { pace, handle }: CatchUpOptions): void {
  // Noted at once: a hook is told once, and reading takes minutes.
  server.on('gap', ({ teamId, fromMs, toMs }) => noteGap(server.data(teamId ?? APP), { fromMs, toMs }));
  // What was said before the bot was there was not missed.
  server.on('installed', ({ teamId }) => server.data(teamId).set(SEEN_GAP, keyOfGap(server.now())));

  server.everyTeam(
    'minute',
    async ({ teamId, client, data, signal }) => {
      await planGaps(data, { ofApp: server.data(APP), client });
      for (let pages = 0; pages < pace.pagesPerMinute && !signal.aborted; pages++) {
        const next = await nextReading(data);
        if (!next) return;
        const page = await readPage(client, next.reading, pace.messagesPerPage);
        for (const message of page.messages) await handle(message, { teamId, channel: next.reading.channel, client });
        await noteRead(data, next, page.nextCursor);
      }
    },
    { name: 'catch up' },
  );

  server.every('day', async () => {
    const gaps = server.data(APP);
    const oldest = keyOfGap(server.now() - APP_GAPS_KEPT_MS);
    for (const { key } of await gapsOf(gaps)) if (key < oldest) await gaps.delete(key);
  });
}

/** Turns gaps, of the team and of the app, into conversations that are to be read. */
async function planGaps(data: TeamData, { ofApp, client }: { ofApp: TeamData; client: Client }): Promise<void> {
  for (const { key, gap } of await gapsOf(data)) {
    await planReading(data, await channelsOf(client), gap);
    await data.delete(key);
  }
  const seen = await data.get<string>(SEEN_GAP);
  for (const { key, gap } of await gapsOf(ofApp, seen?.value)) {
    await planReading(data, await channelsOf(client), gap);
    await data.set(SEEN_GAP, key);
  }
}

/** The conversations that the bot is in. */
async function channelsOf(client: Client): Promise<string[]> {
  const channels: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await client.users.conversations({ exclude_archived: true, limit: 200, ...(cursor && { cursor }) });
    channels.push(...(page.channels ?? []).flatMap(({ id }) => id ?? []));
    cursor = page.response_metadata?.next_cursor ?? '';
    if (cursor === '') return channels;
  }
}

interface Page {
  messages: Found[];
  /** Empty when it is the last one. */
  nextCursor: string;
}

async function readPage(client: Client, { channel, oldest, latest, cursor }: Reading, limit: number): Promise<Page> {
  try {
    const page = await client.conversations.history({ channel, oldest, latest, limit, ...(cursor && { cursor }) });
    return { messages: (page.messages ?? []) as Found[], nextCursor: page.response_metadata?.next_cursor ?? '' };
  } catch (error) {
    if (GONE.has(slackCodeOf(error))) return { messages: [], nextCursor: '' };
    throw error;
  }
}

/** What Slack answered to a call that failed: `channel_not_found`. */
export function slackCodeOf(error: unknown): string | undefined {
  return (error as { data?: { error?: string } }).data?.error;
}
