/**
 * The operations as tools of the Model Context Protocol: a door like the command line, made from the list and deciding nothing.
 * What changes something is offered only where it was asked for. (https://modelcontextprotocol.io/specification/2025-11-25/server/tools)
 */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { errorFixes, isBotServerError, messageOf } from '../errors.ts';
import type { Call, Operation } from '../operations/operation.ts';

export interface McpServerOptions {
  /** The version that is told to clients. */
  version: string;
  /** All that could be offered. */
  operations: readonly Operation[];
  /** Offers operations with the role `operate`, too. @defaultValue false */
  mayOperate?: boolean;
  /** Runs one operation; see perform(). */
  readonly run: (operation: Operation, input: unknown, call: Call<unknown>) => Promise<unknown>;
  /** Takes secrets out of what is answered. */
  readonly redact: <T>(value: T) => T;
}

const INSTRUCTIONS = `Operates a slack-bot-server, which keeps one Slack bot alive in every workspace that installed it.
Begin with a tool that lists or shows; what a changing tool leads to stands in the field "next" of its answer.`;

/** Makes the server; connect() it to a transport. */
export function createMcpServer({ version, operations, mayOperate = false, run, redact }: McpServerOptions): Server {
  const offered = new Map(
    operations.filter(({ role }) => mayOperate || role === 'read').map((operation) => [toolName(operation), operation]),
  );
  const server = new Server(
    { name: 'slack-bot-server', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: Array.from(offered.values(), describe) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const operation = offered.get(params.name);
    if (!operation) throw noSuchTool(unknownTool(params.name, operations));
    const token = params._meta?.progressToken;
    let steps = 0;
    const onProgress = (progress: unknown) => {
      if (token === undefined) return;
      const message = JSON.stringify(redact(progress));
      const told = { progressToken: token, progress: ++steps, message };
      // Of a client that went away meanwhile: the operation ends by its signal.
      sendNotification({ method: 'notifications/progress', params: told }).catch(() => {});
    };
    try {
      const output = redact(await run(operation, params.arguments ?? {}, { signal, onProgress }));
      return answer(output);
    } catch (error) {
      return refusal(error, redact);
    }
  });
  return server;
}

/** `teams.list` is `teams_list`: some clients allow no dot in the name of a tool. */
export function toolName({ name }: Pick<Operation, 'name'>): string {
  return name.replaceAll('.', '_');
}

function describe(operation: Operation): Tool {
  const { summary, role, errors, needsStoppedServer = false } = operation;
  const alone = needsStoppedServer ? ' Runs only while no server uses the database.' : '';
  const codes = errors.length > 0 ? ` Fails with ${errors.join(', ')}.` : '';
  return {
    name: toolName(operation),
    title: operation.name,
    description: `${summary[0]?.toUpperCase()}${summary.slice(1)}.${alone}${codes}`,
    inputSchema: objectSchema(operation.input, 'input'),
    outputSchema: objectSchema(operation.output, 'output'),
    annotations: {
      readOnlyHint: role === 'read',
      destructiveHint: role === 'operate',
      openWorldHint: role === 'operate',
    },
  };
}

function objectSchema(schema: z.ZodType, io: 'input' | 'output'): Tool['inputSchema'] {
  // A test of operations/ proves of each that it is an object.
  return z.toJSONSchema(schema, { io }) as Tool['inputSchema'];
}

/** Structured, and as text for clients that know only that. */
function answer(output: unknown): CallToolResult {
  return {
    structuredContent: output as Record<string, unknown>,
    content: [{ type: 'text', text: JSON.stringify(output, null, 2) }],
  };
}

/** What an agent can act on: the code, what was wrong, how to fix it. */
function refusal(error: unknown, redact: McpServerOptions['redact']): CallToolResult {
  const known = isBotServerError(error);
  const facts = {
    code: known ? error.code : 'unexpected',
    message: messageOf(error),
    fix: known ? error.fix : errorFixes.unexpected,
  };
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(redact(facts)) }] };
}

function unknownTool(name: string, operations: readonly Operation[]): string {
  const exists = operations.some((operation) => toolName(operation) === name);
  return exists
    ? `${name} changes something: start \`slack-bot-server mcp\` with --operate`
    : `no tool is named ${name}`;
}

/** With the code of the protocol alone: clients put "MCP error" before the message themselves. */
function noSuchTool(message: string): Error {
  return Object.assign(new Error(message), { code: ErrorCode.InvalidParams });
}
