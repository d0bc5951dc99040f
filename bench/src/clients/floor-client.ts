/**
 * The floor: the least that a client can do. rtm.connect by fetch, one raw `ws` socket per team, and again at once when it
 * closes. No back-off, no liveness check: nothing that a bot should be run with. Only so many calls at once as make it
 * fastest and smallest: each more is one more HTTP connection in fetch's pool.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ClientSetup, Team } from '../processes/messages.ts';
import type { Client } from './client.ts';

/** A refused connection is not asked for again in the same turn of the event loop. */
const RETRY_MS = 50;
const MAX_CALLS = 100;

export function createFloorClient({ apiUrl, teams }: ClientSetup): Client {
  const waiting: (() => void)[] = [];
  let calls = 0;

  async function keep(team: Team): Promise<void> {
    for (;;) {
      try {
        return open(team, await firstProblem(() => socketUrl(team)));
      } catch {
        await sleep(RETRY_MS);
      }
    }
  }

  async function firstProblem<Result>(call: () => Promise<Result>): Promise<Result> {
    if (calls >= MAX_CALLS) await new Promise<void>((resolve) => waiting.push(resolve));
    else calls += 1;
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else calls -= 1;
    }
  }

  async function socketUrl({ token }: Team): Promise<string> {
    const response = await fetch(`${apiUrl}rtm.connect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { ok, url, error } = (await response.json()) as { ok: boolean; url?: string; error?: string };
    if (!ok || url === undefined) throw new Error(error ?? 'no url');
    return url;
  }

  function open(team: Team, url: string): void {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) JSON.parse(data.toString('utf8'));
    });
    socket.on('error', () => {});
    socket.on('close', () => void keep(team));
  }

  return {
    connect() {
      for (const team of teams) void keep(team);
    },
  };
}
