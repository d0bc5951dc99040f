/** Every tool once with what it takes and with what it does not, by the client of the protocol's own SDK. As a process: test/mcp.test.ts. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { expect, it, onTestFinished } from 'vitest';
import { perform } from '../operations/operation.ts';
import { install, openOperations, TESTER } from '../operations/operations.test-kit.ts';
import { operations } from '../operations/operations.ts';
import { createMcpServer, toolName } from './mcp-server.ts';

async function connect(mayOperate: boolean) {
  const opened = await openOperations('sqlite');
  await install(opened, 'T1');
  const server = createMcpServer({
    version: '0.0.0',
    operations,
    mayOperate,
    run: (operation, input, call) => perform(operation, input, { ...call, context: opened.context, actor: TESTER }),
    redact: (value) => value,
  });
  const client = new Client({ name: 'a-test', version: '1' });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(there), client.connect(here)]);
  onTestFinished(() => client.close());
  // The client checks what comes against the schema of the tool, once it has the list.
  const { tools } = await client.listTools();
  const call = async (name: string, input: object) =>
    (await client.callTool({ name, arguments: { ...input } })) as CallToolResult;
  return { call, tools };
}

function codeOf({ isError, content: [first] }: CallToolResult): unknown {
  return isError && first?.type === 'text' ? (JSON.parse(first.text) as { code: string }).code : undefined;
}

/** What a tool needs; the others need nothing. */
const INPUTS: Readonly<Record<string, object>> = {
  broadcast_show: { broadcast: 1 },
  events_show: { eventId: 'Ev1' },
  teams_show: { teamId: 'T1' },
  teams_timeline: { teamId: 'T1' },
  why_explain: { about: 'T1' },
};
const NOT_THERE: Readonly<Record<string, string>> = {
  broadcast_show: 'broadcast_not_found',
  events_show: 'event_not_found',
};

it('each tool answers what its schema says, or with a code', async () => {
  const { call, tools } = await connect(false);
  for (const { name } of tools) {
    const answer = await call(name, INPUTS[name] ?? {});
    expect([name, codeOf(answer)]).toEqual([name, NOT_THERE[name]]);
    if (!answer.isError) expect([name, answer.structuredContent]).toEqual([name, expect.any(Object)]);
  }
});

it('each tool refuses what it does not take, and changes nothing for that', async () => {
  const { call, tools } = await connect(true);
  expect(tools).toHaveLength(operations.length);
  for (const { name, inputSchema } of tools) {
    const fields = Object.keys(inputSchema.properties ?? {});
    const wrong = Object.fromEntries(fields.map((field) => [field, { no: '\u0000' }]));
    for (const input of [{ nonsense: 1 }, wrong, { ...wrong, nonsense: 1 }])
      if (Object.keys(input).length > 0)
        expect([name, codeOf(await call(name, input))]).toEqual([name, 'invalid_input']);
  }
  expect((await call('audit_list', {})).structuredContent).toMatchObject({ entries: [] });
});

it('without --operate each tool that changes something says with which option there is one', async () => {
  const { call, tools } = await connect(false);
  const changing = operations.filter(({ role }) => role === 'operate').map(toolName);
  expect(tools.map(({ name }) => name)).not.toEqual(expect.arrayContaining(changing));
  for (const name of changing)
    await expect(call(name, {})).rejects.toThrow(
      `MCP error -32602: ${name} changes something: start \`slack-bot-server mcp\` with --operate`,
    );
  await expect(call('rm_rf', {})).rejects.toThrow(/^MCP error -32602: no tool is named rm_rf$/);
});
