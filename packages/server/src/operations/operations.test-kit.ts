/**
 * Operations on a real database, as a door runs them. Whatever an operation answers, tells on the way or throws is compared with what
 * it declares: a field or code that stands in no schema would be missing in every door's documentation.
 */
import { expect, onTestFinished } from 'vitest';
import type { z } from 'zod';
import { parseConfig } from '../config/config.ts';
import { isBotServerError } from '../errors.ts';
import type { ExchangeCall } from '../installation/token-exchange.ts';
import { type Engine, openTestStore } from '../store/store-fixture.test-kit.ts';
import type { InstallInput } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import { createOperationContext } from '../wiring/create-operation-context.ts';
import { openStorage, type Storage } from '../wiring/create-storage.ts';
import { type Call, commonErrors, type Operation, perform } from './operation.ts';
import type { OperationContext } from './operation-context.ts';

export const NOW_MS = 1_795_000_000_000;
export const NOW = '2026-11-18T11:06:40.000Z';

/** Who works in tests. */
export const TESTER = { who: 'test:ann', from: '192.0.2.1' };

/** Keys of 32 bytes. */
export const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');

export interface OperationsOptions {
  /** Where the database is. @defaultValue a new one */
  url?: string;
  encryptionKeys?: string;
  /** Process id of a server that uses the database. @defaultValue none runs */
  server?: number;
  /** Slack's answers to exchanges. @defaultValue those of the settings, which are a classic app's */
  exchange?: ExchangeCall;
}

export interface Operations {
  url: string;
  clock: TestClock;
  storage: Storage;
  context: OperationContext;
  readonly run: <Input extends z.ZodType, Output extends z.ZodType, Progress extends z.ZodType>(
    operation: Operation<Input, Output, Progress>,
    input: z.input<Input>,
    call?: Call<z.output<Progress>>,
  ) => Promise<z.output<Output>>;
}

/** Opens a database; closed when the test has finished. */
export async function openOperations(engine: Engine, options: OperationsOptions = {}): Promise<Operations> {
  const url = options.url ?? (await openTestStore({ engine })).url;
  const clock = new TestClock(NOW_MS);
  const config = parseConfig({ databaseUrl: url, encryptionKeys: options.encryptionKeys ?? keyOf(7) });
  const storage = await openStorage(config, { clock });
  onTestFinished(() => storage.close());
  const { server, exchange } = options;
  const context: OperationContext = {
    ...createOperationContext({ config, storage, clock, random: () => 0.5 }),
    findServer: () => Promise.resolve(server === undefined ? undefined : { pid: server }),
    askAsTeam: () => Promise.resolve({ ok: false, error: 'nobody_is_asked_in_tests' }),
    callAsTeam: () => Promise.resolve({ ok: false, error: 'nobody_is_asked_in_tests' }),
    scopesAtSlack: () => Promise.resolve(undefined),
    ...(exchange && { createExchangeCall: () => exchange }),
  };
  return {
    url,
    clock,
    storage,
    context,
    run: (operation, input, call) => runDeclared(context, operation, input, call),
  };
}

async function runDeclared<Input extends z.ZodType, Output extends z.ZodType, Progress extends z.ZodType>(
  context: OperationContext,
  operation: Operation<Input, Output, Progress>,
  input: z.input<Input>,
  { signal, onProgress }: Call<z.output<Progress>> = {},
): Promise<z.output<Output>> {
  try {
    const output = await perform(operation, input, {
      context,
      actor: TESTER,
      ...(signal && { signal }),
      onProgress(progress) {
        expect(operation.progress?.parse(progress)).toEqual(progress);
        onProgress?.(progress);
      },
    });
    expect(operation.output.parse(output)).toEqual(output);
    return output;
  } catch (error) {
    if (isBotServerError(error)) expect([...commonErrors, ...operation.errors]).toContain(error.code);
    throw error;
  }
}

/** An install of a workspace with a token that lives for ever. */
export function anInstall(key: string, name = `Team ${key}`, changes: Partial<InstallInput> = {}): InstallInput {
  return {
    key,
    isEnterprise: false,
    appId: 'A1',
    bot: { token: `xoxb-test-${key}`, scopes: ['bot'], expiresAtMs: null },
    users: [],
    team: { teamId: key, name, domain: name.toLowerCase().replaceAll(' ', '-'), botUserId: 'U1', botId: 'B1' },
    ...changes,
  };
}

/** Installs workspaces under these keys. */
export async function install({ storage }: Operations, ...keys: string[]): Promise<void> {
  for (const key of keys) await storage.installations.recordInstall(anInstall(key));
}

/** An org-wide installation that has been let into these workspaces. */
export async function installOrganization({ storage }: Operations, key: string, ...teamIds: string[]): Promise<void> {
  const { installation } = await storage.installations.recordInstall(
    anInstall(key, 'Organization', { isEnterprise: true }),
  );
  const workspaces = teamIds.map((teamId) => ({ teamId, name: `Team ${teamId}` }));
  await storage.installations.recordWorkspaces(key, { install: installation.version.install, workspaces });
}
