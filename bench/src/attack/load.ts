/** The others: twenty teams that use the bot at a steady pace, whatever the answers take. */
import { setTimeout as sleep } from 'node:timers/promises';
import { usualTeam } from './cast.ts';
import type { Delivered, SlackSender } from './slack-sender.ts';

/** Between two deliveries, in milliseconds: far below what a server can do, so that what is slow is the attack's doing. */
const PACE_MS = 10;
/** Every so many deliveries one is a command, whose listener answers at once. */
const COMMAND_EVERY = 5;

/** Delivers until the signal, then waits for the last answers. */
export async function deliverUntil(signal: AbortSignal, slack: SlackSender): Promise<Delivered[]> {
  const delivered: Promise<Delivered>[] = [];
  const beganAtMs = performance.now();
  while (!signal.aborted) {
    const number = delivered.length;
    const teamId = usualTeam(number);
    const isCommand = number % COMMAND_EVERY === COMMAND_EVERY - 1;
    delivered.push(isCommand ? slack.command({ teamId, command: '/ping' }) : slack.event({ teamId }));
    await sleep(Math.max(0, beganAtMs + delivered.length * PACE_MS - performance.now()));
  }
  return await Promise.all(delivered);
}
