/**
 * The bot of the chaos bench, run by `slack-bot-server start`: answers each message once, and writes to a file of its own what it
 * begins, ends and is told, before it goes on, and when its process did nothing. What CHAOS_PLANT makes it do wrong: plants.ts.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BotServer } from 'slack-bot-server';
import { watchPauses } from '../processes/watch-pauses.ts';
import type { Line, PauseLine } from './evidence.ts';
import { answerText, formatLine, numberIn } from './lines.ts';
import { answerAsZombie, connectTwice, watchSockets } from './plants.ts';

/** Every so many-th message meets what is planted. */
const PLANTED_EVERY = 10;
/** Zombies are the first of them only: each holds up its conversation for as long as it takes. */
const LAST_ZOMBIE = 120;
/** The message with which sockets are dropped: one that nothing else is planted in. */
const DROP_AT = 23;
/** An event takes about so long, in milliseconds: it must be possible to die within it. */
const SHORTEST_MS = 2;
const LONGEST_MS = 20;
/** The words of the gate for a node without its lease, and for an event that another one has: packages/server, dispatch/listener-work.ts. */
const REFUSED = /the lease of this process is over|Another node has the event/;

const { CHAOS_FILE: file = '', CHAOS_NODE: name = '', CHAOS_PLANT = '' } = process.env;
const planted: ReadonlySet<string> = new Set(CHAOS_PLANT.split(','));
const node = `${name}/${process.pid}`;
const dropSockets = planted.has('drop') ? watchSockets() : () => {};

function write(line: Line | PauseLine): void {
  appendFileSync(file, `${formatLine(line)}\n`);
}

watchPauses(({ fromMs, untilMs }) => write({ what: 'pause', node, atMs: untilMs, pauseMs: untilMs - fromMs }));

export default ({ bot, server }: BotServer) => {
  const listen = async (heard: Heard) => {
    const { body, event, context, say } = heard;
    const number = numberIn(event.text ?? '');
    if (number === undefined) return;
    const turn = number % PLANTED_EVERY;
    if (planted.has('lose') && turn === 0) return;
    const attempt = Number(context.attempt ?? 1);
    const facts = { node, team: context.teamId ?? '', eventId: body.event_id, number, attempt };
    write({ what: 'begin', atMs: Date.now(), ...facts });
    let isRefused = false;
    try {
      if (planted.has('zombie') && turn === 2 && number < LAST_ZOMBIE)
        return await answerAsZombie(answerText(facts), zombieOf(heard));
      await sleep(SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS));
      await say(answerText(facts));
      if (planted.has('double') && turn === 1) await say(answerText(facts));
      if (number === DROP_AT) dropSockets();
    } catch (error) {
      isRefused = REFUSED.test(String(error));
      throw error;
    } finally {
      // What the server did not let it say comes again: that is no end.
      if (!isRefused) write({ what: 'end', atMs: Date.now(), ...facts });
    }
  };
  bot.event('message', (args) => listen(args as unknown as Heard));
  bot.event('app_mention', (args) => listen(args as unknown as Heard));
  if (planted.has('second')) connectTwice(server, write);
  server.on('deactivated', ({ teamId }) => {
    if (planted.has('tell_never')) return;
    for (let times = planted.has('tell_twice') ? 2 : 1; times > 0; times--) {
      write({ what: 'hook', atMs: Date.now(), node, team: teamId, hook: 'deactivated' });
    }
  });
};

/** What both kinds of event bring. */
interface Heard {
  body: { event_id: string };
  event: { text?: string; channel?: string };
  context: { teamId?: string; attempt?: unknown; botToken?: string };
  say: (text: string) => Promise<unknown>;
}

function zombieOf({ say, context, event }: Heard) {
  return { say, token: context.botToken ?? '', channel: event.channel ?? '' };
}
