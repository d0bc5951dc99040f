/** `slack-bot-server mcp`: the operations as tools for an agent, over standard input and output, which carry nothing else. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpServer } from '../mcp/mcp-server.ts';
import { MAX_MESSAGE_BYTES, MessageLines } from '../mcp/message-lines.ts';
import { type RefusedLine, refusalOfLine, tooLongAnswer } from '../mcp/refused-line.ts';
import { operations } from '../operations/operations.ts';
import { version } from '../version.ts';
import { AgentCalls } from './agent-calls.ts';
import { redacted } from './output.ts';
import { runForAgent } from './run-operation.ts';

/**
 * Serves until the client closes its end and has its answers, or SIGINT or SIGTERM comes: then calls get their signal. Ends when they have.
 * Each call opens the database for itself, or with --server asks there.
 */
export async function serveMcp({ operate = false }: { operate?: boolean }): Promise<void> {
  const calls = new AgentCalls();
  const server = createMcpServer({
    version,
    operations,
    mayOperate: operate,
    run: (operation, input, call) => calls.run(() => runForAgent(operation, input, call), call.signal),
    redact: redacted,
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  const close = () => void server.close();
  // Theirs has no null for the id of an error.
  const send = (answer: RefusedLine) => void transport.send(answer as JSONRPCMessage);
  const lines = new MessageLines({
    onTooLong: (id) => send(tooLongAnswer(id, MAX_MESSAGE_BYTES)),
    takes(line) {
      const refusal = refusalOfLine(line, (value) => JSONRPCMessageSchema.safeParse(value).success);
      if (refusal) send(refusal);
      return refusal === undefined;
    },
  });
  const transport = new StdioServerTransport(process.stdin.pipe(lines), process.stdout);
  // What was asked before the end is answered, as of any program that reads a pipe, unless nobody reads the answers. A call begins a
  // moment after it was read, and its answer is written a moment after it has ended.
  lines.once('end', () => setImmediate(() => void calls.ended().then(() => setImmediate(close))));
  process.stdout.once('error', close);
  process.once('SIGINT', close).once('SIGTERM', close);
  await server.connect(transport);
  await closed;
  await calls.ended();
}
