/**
 * slack-bot-server with somebody who asks: the server as bot-server.ts runs it, and operations in the same process, as its doors run them: on
 * the connections that a server has for operators. Imports the server's source by its path, because operations are no part of the library.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../../packages/server/src/config/config.ts';
import { perform } from '../../../packages/server/src/operations/operation.ts';
import { operations } from '../../../packages/server/src/operations/operations.ts';
import { systemClock } from '../../../packages/server/src/time/clock.ts';
import { systemRandom } from '../../../packages/server/src/time/random.ts';
import { createOperationContext } from '../../../packages/server/src/wiring/create-operation-context.ts';
import { openStorage } from '../../../packages/server/src/wiring/create-storage.ts';
import type { Asked, Asking } from '../admin/questions.ts';
import type { ServerSetup } from '../processes/messages.ts';
import { startBotServer } from './bot-server.ts';
import type { EventServer } from './event-server.ts';

export interface AskedServer extends EventServer {
  readonly ask: (asking: Asking) => Promise<Asked>;
}

export async function startAskedServer(setup: ServerSetup): Promise<AskedServer> {
  const server = await startBotServer(setup);
  const { databaseUrl = '', encryptionKeys } = setup;
  const config = parseConfig({ databaseUrl, ...(encryptionKeys === undefined ? {} : { encryptionKeys }) });
  const storage = await openStorage(config, { clock: systemClock, isServer: true });
  const context = createOperationContext({ config, storage, clock: systemClock, random: systemRandom });

  async function ask({ durationMs, pauseMs, questions }: Asking): Promise<Asked> {
    const asked: Asked = { timesMs: {}, failed: [] };
    const untilMs = performance.now() + durationMs;
    for (let n = 0; performance.now() < untilMs; n++) {
      const question = questions[n % questions.length];
      const operation = operations.find(({ name }) => name === question?.operation);
      if (!question || !operation) throw new Error(`there is no ${question?.operation}`);
      const beganAtMs = performance.now();
      await perform(operation, question.input, { context, actor: { who: 'bench', from: 'here' } }).catch(
        (error: Error) => asked.failed.push(`${question.name}: ${error.message}`),
      );
      (asked.timesMs[question.name] ??= []).push(performance.now() - beganAtMs);
      await sleep(pauseMs);
    }
    return asked;
  }

  return { ...server, ask };
}
