/** `slack-bot-server mcp` as a process, with the client of the protocol's own SDK at the other end. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { expect, it, onTestFinished } from 'vitest';
import { operations } from '../src/operations/operations.ts';
import { CLI_PROGRAM, type Environment, environmentOf, runCli } from './cli.test-kit.ts';
import { compileCache } from './compile-cache.test-kit.ts';
import { isSocketClosed, Scene } from './scene.test-kit.ts';

async function connect(scene: Scene, ...options: string[]) {
  return await connectWith(await environmentOf(scene), ...options);
}

async function connectWith(env: Environment, ...options: string[]) {
  const { PATH = '', HOME = '' } = process.env;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--conditions=source', CLI_PROGRAM, 'mcp', ...options],
    env: { PATH, HOME, ...compileCache, ...env },
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
  const client = new Client({ name: 'a-test', version: '1' });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return { client, said: () => stderr };
}

function textOf({ content }: CallToolResult): Record<string, unknown> {
  const [first] = content;
  return JSON.parse(first?.type === 'text' ? first.text : '') as Record<string, unknown>;
}

it('offers what only reads, each described; answers keep to their schema and hold no token', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  const line = await scene.lineOf('Acme');
  await scene.importTeams([line]);
  const { client, said } = await connect(scene);
  const { tools } = await client.listTools();
  const reading = operations.filter(({ role }) => role === 'read').map(({ name }) => name.replaceAll('.', '_'));
  expect(tools.map(({ name }) => name).toSorted()).toEqual(reading.toSorted());
  for (const { description, annotations } of tools) {
    expect(description).toMatch(/^[A-Z].{10,}/);
    expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
  }
  // The SDK's client checks the answer against the tool's schema.
  const listed = (await client.callTool({ name: 'teams_list', arguments: {} })) as CallToolResult;
  expect(listed.structuredContent).toMatchObject({ teams: [{ teamId: line.team_id, name: 'Acme', status: 'active' }] });
  expect(textOf(listed)).toEqual(listed.structuredContent);
  expect(JSON.stringify(listed)).not.toContain(line.bot_token);
  expect(said()).toBe('');
});

it('says in an error what is wrong and how to fix it, and refuses what it does not offer', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const { client } = await connect(scene);
  const unknown = (await client.callTool({ name: 'teams_show', arguments: { teamId: 'T0NOBODY' } })) as CallToolResult;
  expect(unknown.isError).toBe(true);
  expect(textOf(unknown)).toMatchObject({ code: 'installation_not_found', fix: expect.stringMatching(/\S/) });
  const wrong = (await client.callTool({ name: 'teams_show', arguments: { team: 7 } })) as CallToolResult;
  expect(textOf(wrong)).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('"team"') });
  await expect(client.callTool({ name: 'teams_deactivate', arguments: {} })).rejects.toThrow(/--operate/);
  await expect(client.callTool({ name: 'rm_rf', arguments: {} })).rejects.toThrow(/no tool is named rm_rf/);
});

it('changes something with --operate, and a running server carries it out', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start();
  const { id: teamId } = await scene.join('Acme');
  const after = await scene.slack.lastSeq();
  const { client } = await connect(scene, '--operate');
  const { tools } = await client.listTools();
  expect(tools).toHaveLength(operations.length);
  const done = (await client.callTool({ name: 'teams_deactivate', arguments: { teamId } })) as CallToolResult;
  expect(done.structuredContent).toMatchObject({ teamId, next: expect.stringMatching(/\S/) });
  await scene.until(isSocketClosed(teamId), { after, what: 'the socket closed' });
});

it('ends when the client closes its end, and answers a line that is no JSON on standard output with nothing but protocol', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a-test', version: '1' } },
  };
  const input = `no json\n{"id":7}\n\n${JSON.stringify(initialize)}\n`;
  const { code, stdout } = await runCli(['mcp'], await environmentOf(scene), input);
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { jsonrpc: '2.0', id: null, error: { code: -32_700 } },
    { jsonrpc: '2.0', id: 7, error: { code: -32_600 } },
    { jsonrpc: '2.0', id: 1, result: {} },
  ]);
});

it('answers a message of 32 MB with an error and takes no memory for it, and goes on with the next one', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a-test', version: '1' } };
  const call = (id: number, teamId: string) => ({
    id,
    method: 'tools/call',
    params: { name: 'teams_show', arguments: { teamId } },
  });
  const asked = [{ id: 1, method: 'initialize', params }, call(2, 'T'.repeat(32_000_000)), call(3, 'T0NOBODY')];
  const input = asked.map((one) => `${JSON.stringify({ jsonrpc: '2.0', ...one })}\n`).join('');
  const { code, stdout, stderr } = await runCli(['mcp'], await environmentOf(scene), input);
  const answers = stdout.trim().split('\n');
  const told = answers.map((line) => JSON.parse(line) as { id: number; error?: { code: number; message: string } });
  expect(told.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  expect(told.find(({ id }) => id === 2)?.error).toMatchObject({
    code: -32_600,
    message: expect.stringContaining('more than 4194304 bytes'),
  });
  expect(answers.find((line) => line.includes('"id":3'))).toContain('installation_not_found');
  expect([code, stderr]).toEqual([0, '']);
});

it('answers what was asked before the client closed its end, however much that is, a few calls at a time', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a-test', version: '1' } };
  const calls = Array.from({ length: 20 }, (_, index) => ({
    id: index + 2,
    method: 'tools/call',
    params: { name: 'teams_list', arguments: {} },
  }));
  const asked = [{ id: 1, method: 'initialize', params }, { method: 'notifications/initialized' }, ...calls];
  const input = asked.map((one) => `${JSON.stringify({ jsonrpc: '2.0', ...one })}\n`).join('');
  const { code, stdout } = await runCli(['mcp'], await environmentOf(scene), input);
  const answers = stdout.trim().split('\n');
  const ids = answers.map((line) => (JSON.parse(line) as { id: number }).id);
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
  expect(answers.filter((line) => line.includes('Acme'))).toHaveLength(20);
  expect(code).toBe(0);
});

it('asks a running server by its address, without a database of its own', async () => {
  const adminToken = 'test-admin-token-0123456789';
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start({ adminToken });
  const { id } = await scene.join('Acme');
  const { client } = await connectWith({ ADMIN_TOKEN: adminToken }, '--operate', '--server', scene.url);
  const after = await scene.slack.lastSeq();
  const wrong = (await client.callTool({ name: 'teams_deactivate', arguments: {} })) as CallToolResult;
  expect(textOf(wrong)).toMatchObject({ code: 'invalid_input' });
  const done = (await client.callTool({ name: 'teams_deactivate', arguments: { teamId: id } })) as CallToolResult;
  expect(done.structuredContent).toMatchObject({ status: 'inactive', changed: true });
  await scene.until(isSocketClosed(id), { after });
});
