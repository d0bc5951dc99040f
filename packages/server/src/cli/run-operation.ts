/** Runs operations for one command: on the database that the environment names, or with --server on a running server. */
import { configFromEnvironment, parseConfig } from '../config/config.ts';
import { BotServerError } from '../errors.ts';
import { perform } from '../operations/operation.ts';
import { openRehearsal } from '../operations/teams/rehearsal.ts';
import { systemClock } from '../time/clock.ts';
import { systemRandom } from '../time/random.ts';
import { createOperationContext } from '../wiring/create-operation-context.ts';
import { type DatabaseDemand, openStorage } from '../wiring/create-storage.ts';
import { actorOf, type Door } from './actor.ts';
import { interruptible } from './interruptible.ts';
import { neverSay } from './output.ts';
import type { RemoteServer } from './remote-operations.ts';
import type { Run } from './run.ts';

let server: RemoteServer | undefined;

/**
 * From now on operations run on the server at this address.
 * @throws BotServerError `usage`, `invalid_configuration` without ADMIN_TOKEN
 */
export function useServer(url: string): void {
  const isUrl = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
  if (!isUrl) {
    const message = `--server must be the http:// or https:// address of a server; got ${JSON.stringify(url.slice(0, 100))}`;
    throw new BotServerError('usage', message);
  }
  const { adminToken, adminReadToken } = configFromEnvironment(process.env);
  const token = (adminToken ?? adminReadToken)?.trim();
  if (token === undefined) {
    const message =
      'ADMIN_TOKEN is missing: --server asks a running server, which wants to know who asks; for what only reads ADMIN_READ_TOKEN is enough';
    throw new BotServerError('invalid_configuration', message);
  }
  server = { url: new URL(url).origin, token };
}

interface WithOperationsOptions {
  /** `found` for a command that brings the first teams. @defaultValue 'required' */
  database?: DatabaseDemand;
  /** @defaultValue 'cli' */
  door?: Door;
  /** For a dry run in several calls on the database itself: each finds what those before it would have written. @defaultValue false */
  rehearses?: boolean;
  /** Whoever only looks must not migrate, because nothing but a backup leads back. @defaultValue false */
  onlyReads?: boolean;
}

/**
 * Lets `work` run operations and closes the database, which must be there: a command in a wrong folder makes nothing.
 * @throws BotServerError `invalid_configuration`, as openStorage(), and what `work` throws
 */
export async function withOperations<Result>(
  work: (run: Run, where: { isRemote: boolean }) => Promise<Result>,
  { database = 'required', door = 'cli', rehearses = false, onlyReads = false }: WithOperationsOptions = {},
): Promise<Result> {
  if (server)
    return await work(endable((await import('./remote-operations.ts')).remoteRun(server), door), { isRemote: true });
  const config = parseConfig(configFromEnvironment(process.env));
  const storage = await openStorage(config, { clock: systemClock, database, mayMigrate: !onlyReads, onKeys: neverSay });
  try {
    const caller = { actor: actorOf(door), mayShowSecrets: door === 'cli' };
    const opened = createOperationContext({ config, storage, clock: systemClock, random: systemRandom });
    await using rehearsal = rehearses ? await openRehearsal(opened) : undefined;
    const context = { ...opened, ...(rehearsal && { rehearsal }) };
    const run: Run = (operation, input, call) => perform(operation, input, { ...call, ...caller, context });
    return await work(endable(run, door), { isRemote: false });
  } finally {
    await storage.close();
  }
}

/**
 * At Ctrl-C what changes something ends its step and says what is left; what only reads ends at once. An agent ends its own calls, and a
 * command of several calls gives its own signal.
 */
function endable(run: Run, door: Door): Run {
  if (door === 'mcp') return run;
  return async (operation, input, call) => {
    if (operation.role === 'read' || call?.signal) return await run(operation, input, call);
    return await interruptible((signal) => run(operation, input, { ...call, signal }));
  };
}

/** The same for a single operation. */
export const runOperation: Run = (operation, input, call) =>
  withOperations((run) => run(operation, input, call), { onlyReads: operation.role === 'read' });

/** The same for an agent, who is not the person that started it. */
export const runForAgent: Run = (operation, input, call) =>
  withOperations((run) => run(operation, input, call), { door: 'mcp', onlyReads: operation.role === 'read' });
