/** The tools over the Model Context Protocol. (https://modelcontextprotocol.io/specification/2025-11-25/server/tools) */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { SimulatorControl } from '../control/simulator-control.ts';
import { isSimulatorError, SimulatorError } from '../errors.ts';
import { version } from '../version.ts';
import { type SimulatorTool, tools } from './tools.ts';

const INSTRUCTIONS = `A Slack on this machine, for trying an app. Begin with status and teams. Write or act as a person,
then look at messages for what the app answered, and at log and deliveries for how it got there.`;

/** A server, and when all that was asked of it has its answer. */
export interface McpTools {
  server: Server;
  readonly ended: () => Promise<void>;
}

/** Makes the server for a running simulator; connect() it to a transport. */
export function createMcpServer(control: SimulatorControl): McpTools {
  const open = new Set<Promise<CallToolResult>>();
  const server = new Server(
    { name: 'slack-simulator', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(describe) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const call = callTool(control, params);
    open.add(call);
    return await call.finally(() => open.delete(call));
  });
  const ended = async () => {
    while (open.size > 0) await Promise.allSettled(open);
  };
  return { server, ended };
}

async function callTool(
  control: SimulatorControl,
  { name, arguments: given = {} }: { name: string; arguments?: unknown },
): Promise<CallToolResult> {
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw noSuchTool(`no tool is named ${name}`);
  try {
    return answer(await tool.run(control, read(tool, given)));
  } catch (error) {
    if (!isSimulatorError(error)) throw error;
    const { code, message, fix } = error;
    return { isError: true, content: [{ type: 'text', text: JSON.stringify({ code, message, fix }) }] };
  }
}

function describe({ name, description, input, readOnly = false }: SimulatorTool): Tool {
  return {
    name,
    description,
    inputSchema: z.toJSONSchema(input, { io: 'input' }) as Tool['inputSchema'],
    annotations: { readOnlyHint: readOnly, openWorldHint: false },
  };
}

function read(tool: SimulatorTool, given: unknown): unknown {
  const { success, error } = tool.input.safeParse(given);
  if (success) return given;
  throw new SimulatorError('invalid_input', z.prettifyError(error).replaceAll('\n', ' '));
}

function answer(output: Record<string, unknown>): CallToolResult {
  return { structuredContent: output, content: [{ type: 'text', text: JSON.stringify(output, null, 2) }] };
}

/** With the code of the protocol alone: clients put "MCP error" before the message themselves. */
function noSuchTool(message: string): Error {
  return Object.assign(new Error(message), { code: ErrorCode.InvalidParams });
}
