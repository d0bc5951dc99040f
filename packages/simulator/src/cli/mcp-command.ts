/** `slack-simulator mcp`: a running simulator as tools for an agent, over standard input and output, which carry nothing else. */
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Command } from 'commander';
import { MAX_MESSAGE_BYTES, MessageLines } from '../mcp/message-lines.ts';
import { type RefusedLine, refusalOfLine, tooLongAnswer } from '../mcp/refused-line.ts';
import { type CliProcess, controlOf, type RemoteOptions, withRemote } from './command-io.ts';

export function addMcp(cli: Command, io: CliProcess): void {
  withRemote(cli.command('mcp'))
    .description('let an agent write, click, break and look: tools of the Model Context Protocol')
    .action((options: RemoteOptions) => serve(options, io));
}

/** Serves until the client closes its end and has its answers, or nobody reads them. */
async function serve(options: RemoteOptions, { signal, readerGone }: CliProcess): Promise<void> {
  // Loaded when called: the protocol's SDK takes longer than every other command.
  const [{ StdioServerTransport }, { JSONRPCMessageSchema }, { createMcpServer }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/stdio.js'),
    import('@modelcontextprotocol/sdk/types.js'),
    import('../mcp/mcp-server.ts'),
  ]);
  const { server, ended } = createMcpServer(controlOf(options));
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
  // A call begins a moment after it was read, and its answer is written a moment after it has ended.
  lines.once('end', () => setImmediate(() => void ended().then(() => setImmediate(close))));
  signal.addEventListener('abort', close);
  readerGone?.addEventListener('abort', close);
  await server.connect(transport);
  await closed;
}
