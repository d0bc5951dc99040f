/** `slack-bot-server app …`: which Slack app the database belongs to. */
import { BotServerError } from '../errors.ts';
import { moveApp } from '../team/app-move-repository.ts';
import { systemClock } from '../time/clock.ts';
import { withStorage } from './command-storage.ts';
import { say, sayJson } from './output.ts';

/** `app move OLD NEW`: the database goes to another app. @throws BotServerError `store_locked` beside a server, `app_mismatch` */
export async function moveToApp(from: string, to: string, options: { json?: boolean }): Promise<void> {
  for (const appId of [from, to]) requireAppId(appId);
  if (from === to) throw new BotServerError('usage', `Both are the app ${from}`);
  await withStorage(async (storage) => {
    // A running server knows its app and holds tokens: it must be stopped, and none may start meanwhile.
    await storage.acquireLock();
    const installations = await moveApp(storage.store, { from, to, nowMs: systemClock.now() });
    if (options.json) return sayJson({ from, to, installations });
    say(`the database belongs to ${to} now; ${installations} installations wait for a re-install, with their data`);
    say(`start the server with client id, secrets and tokens of ${to}, and send each workspace to /slack/install`);
  });
}

function requireAppId(appId: string): void {
  if (/^[A-Z0-9]{1,32}$/.test(appId)) return;
  const message = 'An app id must be 1 to 32 characters A–Z and 0–9, for example A0ACME0001';
  throw new BotServerError('usage', message);
}
