/** The child's side of the IPC: answers requests by name, and ends with its parent. */
import type { AnswerMessage, RequestMessage, RequestName, Requests } from './messages.ts';

/** What a program can be asked. */
export type Handlers = {
  [Name in RequestName]?: (
    input: Requests[Name]['input'],
  ) => Requests[Name]['output'] | Promise<Requests[Name]['output']>;
};

/** Answers until the parent is gone, however that came. */
export function answerRequests(handlers: Handlers): void {
  process.on('message', (message) => void answer(handlers, message as RequestMessage));
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole group; the parent decides when its children end.
  process.on('SIGINT', () => {});
}

async function answer(handlers: Handlers, { id, name, input }: RequestMessage): Promise<void> {
  const handler = handlers[name] as ((value: unknown) => unknown) | undefined;
  try {
    if (!handler) throw new Error(`this process cannot be asked for ${name}`);
    reply({ id, output: (await handler(input)) ?? null });
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

function reply(message: AnswerMessage): void {
  process.send?.(message);
}

/** Processor time of this process so far, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
