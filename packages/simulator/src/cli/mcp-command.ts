/** `slack-simulator mcp`: a running simulator as tools for an agent, over standard input and output, which carry nothing else. */
import type { Command } from 'commander';
import { type CliProcess, controlOf, type RemoteOptions, withRemote } from './command-io.ts';

export function addMcp(cli: Command, io: CliProcess): void {
  withRemote(cli.command('mcp'))
    .description('let an agent write, click, break and look: tools of the Model Context Protocol')
    .action((options: RemoteOptions) => serve(options, io));
}

/** Serves until the client closes its end. */
async function serve(options: RemoteOptions, { signal }: CliProcess): Promise<void> {
  // Loaded when called: the protocol's SDK takes longer than every other command.
  const [{ StdioServerTransport }, { createMcpServer }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/stdio.js'),
    import('../mcp/mcp-server.ts'),
  ]);
  const server = createMcpServer(controlOf(options));
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  const close = () => void server.close();
  process.stdin.once('end', close);
  signal.addEventListener('abort', close);
  await server.connect(new StdioServerTransport());
  await closed;
}
