/**
 * A listener that writes down when it begins and ends: one line each, in the file before the listener goes on, so that a
 * process which is killed leaves what it had done. Lines: event id, attempt, begin or end, milliseconds since the epoch.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { noteHandled } from './event-server.ts';

/** An event takes about so long, in milliseconds: a queue must have time to grow. */
const SHORTEST_MS = 2;
const MAX_MS = 10;

type ListenerArguments = AllMiddlewareArgs & SlackEventMiddlewareArgs<'message'>;

/** The listener that writes to `file`. */
export function logsHandling(file: string): (args: ListenerArguments) => Promise<void> {
  return async ({ body, context }) => {
    const write = (what: 'begin' | 'end') => {
      appendFileSync(file, `${body.event_id} ${String(context.attempt)} ${what} ${Date.now()}\n`);
    };
    write('begin');
    await sleep(SHORTEST_MS + Math.random() * (MAX_MS - SHORTEST_MS));
    write('end');
    noteHandled();
  };
}
