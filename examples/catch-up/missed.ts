/**
 * What was missed and is still to be read, in the documents of a team: gaps (`gap:…`), and for each of them and each conversation how far
 * it was read (`read:…`). Rows, so that neither a crash nor another process loses anything.
 */
import type { TeamData } from 'slack-bot-server';

/** A time without a connection; epoch, in milliseconds. */
export interface Gap {
  fromMs: number;
  toMs: number;
}

/** What is to be read of one conversation: Slack's timestamps, and where the next page begins. */
export interface Reading {
  channel: string;
  oldest: string;
  latest: string;
  cursor?: string;
}

/** Clocks differ, and what was sent just before the end may not have arrived. What is read twice counts once. */
const MARGIN_MS = 10_000;

/** So that the order of the keys is that of time. */
export function keyOfGap(fromMs: number): string {
  return `gap:${padded(fromMs)}`;
}

export async function noteGap(data: TeamData, { fromMs, toMs }: Gap): Promise<void> {
  await data.set(keyOfGap(fromMs), { fromMs, toMs });
}

/** The gaps that are noted, the oldest first; with `afterKey` those that came later than that one. */
export async function gapsOf(data: TeamData, afterKey = ''): Promise<{ key: string; gap: Gap }[]> {
  const gaps = await data.list<Gap>({ prefix: 'gap:', afterKey });
  return gaps.map(({ key, value }) => ({ key, gap: value }));
}

/** From now on these conversations are to be read for that time. */
export async function planReading(data: TeamData, channels: readonly string[], { fromMs, toMs }: Gap): Promise<void> {
  const range = { oldest: timestamp(fromMs - MARGIN_MS), latest: timestamp(toMs + MARGIN_MS) };
  for (const channel of channels) await data.set(`read:${padded(fromMs)}:${channel}`, { channel, ...range });
}

/** What is to be read next; undefined when everything was. */
export async function nextReading(data: TeamData): Promise<{ key: string; reading: Reading } | undefined> {
  const [next] = await data.list<Reading>({ prefix: 'read:', limit: 1 });
  return next && { key: next.key, reading: next.value };
}

/** A page was handled. @param nextCursor Where the next one begins; empty after the last one */
export async function noteRead(
  data: TeamData,
  { key, reading }: { key: string; reading: Reading },
  nextCursor: string,
): Promise<void> {
  if (nextCursor === '') await data.delete(key);
  else await data.set(key, { ...reading, cursor: nextCursor });
}

function padded(ms: number): string {
  return String(Math.floor(ms)).padStart(15, '0');
}

function timestamp(ms: number): string {
  return (ms / 1_000).toFixed(6);
}
