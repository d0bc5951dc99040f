/**
 * The bot of the cluster bench, run by `slack-bot-server start`: writes to a file of its own what it begins and ends, and which gaps
 * it is told, before it goes on. It answers nothing: what is measured is the way of an event to its listener.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BotServer } from 'slack-bot-server';
import { numberIn } from '../chaos/lines.ts';
import { type ClusterLine, formatClusterLine } from './evidence.ts';

/** An event takes so long, in milliseconds: it must be possible to be asked to end within it. */
const WORK_MS = 5;

const { CLUSTER_FILE: file = '', CLUSTER_NODE: name = '' } = process.env;
const node = `${name}/${process.pid}`;

function write(line: ClusterLine): void {
  appendFileSync(file, `${formatClusterLine(line)}\n`);
}

export default ({ bot, server }: BotServer) => {
  const listen = async ({ body, event, context }: Heard) => {
    const number = numberIn(event.text ?? '');
    if (number === undefined) return;
    const attempt = Number(context.attempt ?? 1);
    const facts = { node, team: context.teamId ?? '', eventId: body.event_id, number, attempt };
    write({ what: 'begin', atMs: Date.now(), ...facts });
    await sleep(WORK_MS);
    write({ what: 'end', atMs: Date.now(), ...facts });
  };
  bot.event('message', (args) => listen(args as unknown as Heard));
  bot.event('app_mention', (args) => listen(args as unknown as Heard));
  server.on('gap', ({ teamId, fromMs, toMs }) => {
    write({ what: 'gap', node, team: teamId ?? '-', fromMs, untilMs: toMs });
  });
};

/** What both kinds of event bring. */
interface Heard {
  body: { event_id: string };
  event: { text?: string };
  context: { teamId?: string; attempt?: unknown };
}
