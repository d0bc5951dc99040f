/**
 * The floor: the least that a client can do. rtm.connect by fetch, one raw `ws` socket per team, and again at once when it
 * closes. No back-off, no limit, no liveness check: nothing that a bot should be run with.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Client } from '../processes/contender-process.ts';
import type { ClientSetup, Team } from '../processes/messages.ts';

/** A refused connection is not asked for again in the same turn of the event loop. */
const RETRY_MS = 50;

export function createFloorClient({ apiUrl, teams }: ClientSetup): Client {
  async function keep(team: Team): Promise<void> {
    for (;;) {
      try {
        return open(team, await socketUrl(team));
      } catch {
        await sleep(RETRY_MS);
      }
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
