/** `slack-bot-server app …`: which Slack app the database belongs to. */

import type { Command } from 'commander';
import { moveApp } from '../operations/app/move-app.ts';
import { counted } from '../operations/why/words.ts';
import { confirm, type YesOption } from './confirm.ts';
import { commandOf } from './operation-command.ts';
import { type JsonOption, say, sayFacts } from './output.ts';
import { withOperations } from './run-operation.ts';

export function addApp(app: Command): void {
  commandOf(app, moveApp)
    .argument('<old>', 'the app id until now: A…')
    .argument('<new>', 'the app id of the new app')
    .option('--dry-run', 'only count the installations')
    .option('--yes', 'do not ask')
    .action(appMove);
}

export interface MoveOptions extends JsonOption, YesOption {
  dryRun?: boolean;
}

/** `app move OLD NEW`: the database goes to another app. It says how many installations then wait, and asks. */
export async function appMove(from: string, to: string, options: MoveOptions): Promise<void> {
  await withOperations(async (run) => {
    const preview = await run(moveApp, { from, to, dryRun: true });
    const { installations } = preview;
    if (options.dryRun) {
      return options.json ? sayFacts(preview) : say(`${waiting(installations, 'would wait')}; ${preview.next}`);
    }
    const question = `move the database from ${from} to ${to}, so that ${waiting(installations)}`;
    if (installations > 0 && !(await confirm(question, options))) return;
    const moved = await run(moveApp, { from, to });
    if (options.json) return sayFacts(moved);
    say(`the database belongs to ${to} now; ${waiting(moved.installations)}, with all data`);
    say(moved.next);
  });
}

function waiting(installations: number, verb = installations === 1 ? 'waits' : 'wait'): string {
  return `${counted(installations, 'installation')} ${verb} for a re-install`;
}
