/**
 * What the bot of the chaos bench does wrong on purpose, by the words in CHAOS_PLANT (with commas): each breaks one promise in a way
 * that the checker must notice. All but the last three are in bot.ts.
 *
 *   lose, double            an event that is answered never, or twice
 *   tell_never, tell_twice  a hook that is told never, or twice
 *   zombie                  an answer that takes longer than a lease, and is sent past the gate when that is over
 *   second                  another connection of a team, which answers as well
 *   drop                    every socket to Slack is closed at once
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BotServer } from 'slack-bot-server';
import type { Line } from './evidence.ts';
import { answerText, numberIn } from './lines.ts';

/** Longer than a lease, in milliseconds. */
const ZOMBIE_MS = 12_000;

const { SLACK_API_URL: apiUrl = '', CHAOS_NODE: name = '' } = process.env;

/** Before a second connection that was closed is opened again, in milliseconds. */
const AGAIN_MS = 200;

/** As a program would that knows nothing of the server. */
export async function callSlack(method: string, token: string, args: Record<string, string>) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${apiUrl}${method}`, { method: 'POST', headers, body: new URLSearchParams(args) });
  return (await response.json()) as { url?: string };
}

/** Answers late, whatever becomes of the lease. */
export async function answerAsZombie(
  text: string,
  { say, token, channel }: { say: (text: string) => Promise<unknown>; token: string; channel: string },
): Promise<void> {
  await sleep(ZOMBIE_MS);
  await say(text).catch(() => callSlack('chat.postMessage', token, { channel, text }));
}

/** The first teams that start here get another connection: two, because one of them may be the team that is deactivated. */
export function connectTwice(server: BotServer['server'], write: (line: Line) => void): void {
  const node = `${name}-second/${process.pid}`;
  let left = 2;
  server.on('started', async ({ teamId: team }) => {
    if (left-- <= 0) return;
    const { token = '' } = await server.client(team);
    await connect();

    async function connect(): Promise<void> {
      const { url = '' } = await callSlack('rtm.connect', token, {});
      const socket = new WebSocket(url);
      // What is planted beside it may close every socket.
      socket.addEventListener('close', () => void sleep(AGAIN_MS).then(connect, () => {}));
      socket.addEventListener('message', ({ data }) => answer(String(data)));
    }

    function answer(data: string): void {
      const frame = JSON.parse(data) as { text?: string; bot_id?: string; channel?: string };
      const number = frame.bot_id === undefined ? numberIn(frame.text ?? '') : undefined;
      if (number === undefined) return;
      const facts = { node, team, eventId: `second-${number}`, number, attempt: 1 };
      write({ what: 'begin', atMs: Date.now(), ...facts });
      write({ what: 'end', atMs: Date.now(), ...facts });
      void callSlack('chat.postMessage', token, { channel: frame.channel ?? '', text: answerText(facts) });
    }
  });
}

/** The returned function closes every connection to Slack that this process has then. */
export function watchSockets(): () => void {
  const port = Number(new URL(apiUrl).port);
  const sockets = new Set<Socket>();
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket };
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return () => {
    for (const socket of sockets) if (socket.remotePort === port) socket.destroy();
  };
}
