/** `slack-bot-server mcp`: the operations as tools for an agent, over standard input and output, which carry nothing else. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createMcpServer } from '../mcp/mcp-server.ts';
import { operations } from '../operations/operations.ts';
import { version } from '../version.ts';
import { redacted } from './output.ts';
import { runForAgent } from './run-operation.ts';

/** Serves until the client closes its end, or SIGINT or SIGTERM comes. Each call opens the database for itself, or with --server asks there. */
export async function serveMcp({ operate = false }: { operate?: boolean }): Promise<void> {
  const server = createMcpServer({ version, operations, mayOperate: operate, run: runForAgent, redact: redacted });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  const close = () => void server.close();
  process.stdin.once('end', close);
  process.once('SIGINT', close).once('SIGTERM', close);
  await server.connect(new StdioServerTransport());
  await closed;
}
