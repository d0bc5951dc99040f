/** `slack-bot-server app …`: which Slack app the database belongs to. */

import type { Command } from 'commander';
import { moveApp } from '../operations/app/move-app.ts';
import { counted } from '../operations/why/words.ts';
import { commandOf } from './operation-command.ts';
import { type JsonOption, say, sayFacts } from './output.ts';
import { runOperation } from './run-operation.ts';

export function addApp(app: Command): void {
  commandOf(app, moveApp)
    .argument('<old>', 'the app id until now: A…')
    .argument('<new>', 'the app id of the new app')
    .action(appMove);
}

/** `app move OLD NEW`: the database goes to another app. */
export async function appMove(from: string, to: string, options: JsonOption): Promise<void> {
  const moved = await runOperation(moveApp, { from, to });
  if (options.json) return sayFacts(moved);
  const wait = `${counted(moved.installations, 'installation')} ${moved.installations === 1 ? 'waits' : 'wait'}`;
  say(`the database belongs to ${to} now; ${wait} for a re-install, with all data`);
  say(moved.next);
}
