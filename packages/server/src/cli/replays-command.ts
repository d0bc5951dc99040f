/** `slack-bot-server replays …`: replays of many failed events. */

import type { Command } from 'commander';
import { cancelReplay } from '../operations/replays/cancel-replay.ts';
import { listReplays } from '../operations/replays/list-replays.ts';
import { counted } from '../operations/why/words.ts';
import { commandOf, wholeNumber } from './operation-command.ts';
import { type JsonOption, say, sayFacts, sayJson, sayTable, WAITS } from './output.ts';
import { runOperation } from './run-operation.ts';

export function addReplays(replays: Command): void {
  commandOf(replays, listReplays, { isDefault: true }).action(replaysList);
  commandOf(replays, cancelReplay).argument('<replay>', 'its number', wholeNumber).action(replaysCancel);
}

/** `replays`. */
export async function replaysList({ json }: JsonOption): Promise<void> {
  const { replays } = await runOperation(listReplays, {});
  if (json) return sayJson(replays);
  if (replays.length === 0) return say('no replays');
  sayTable(
    ['REPLAY', 'STATE', 'ASKED', 'WHO', 'DUE', 'OF', 'FILTER'],
    replays.map(({ replay, state, needsServer, asked, who, replayed, total, filter }) =>
      [replay, needsServer ? WAITS : state, asked, who, replayed, total, JSON.stringify(filter)].map(String),
    ),
  );
  for (const { replay, why } of replays) if (why !== null) say(`replay ${replay}: ${why}`);
}

/** `replays cancel REPLAY`. */
export async function replaysCancel(replay: number, { json }: JsonOption): Promise<void> {
  const outcome = await runOperation(cancelReplay, { replay });
  if (json) return sayFacts(outcome);
  if (outcome.changed)
    say(`replay ${replay} is cancelled after ${outcome.replayed} of ${counted(outcome.total, 'event')}`);
  say(outcome.next);
}
