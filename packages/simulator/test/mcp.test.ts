/** `slack-simulator mcp` as a process, with the client of the protocol's own SDK at the other end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { WebClient } from '@slack/web-api';
import { expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../src/simulator.ts';

const PROGRAM = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

async function connect(url: string) {
  const { PATH = '', HOME = '' } = process.env;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--conditions=source', PROGRAM, 'mcp', '--url', url],
    env: { PATH, HOME },
    stderr: 'pipe',
  });
  const client = new Client({ name: 'a-test', version: '1' });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const call = async (name: string, args: Record<string, unknown> = {}) =>
    (await client.callTool({ name, arguments: args })) as CallToolResult;
  return { client, call };
}

it('lets an agent write, look, break and mend', async () => {
  await using simulator = await startSimulator();
  const { client, call } = await connect(simulator.url);
  const { tools } = await client.listTools();
  const reading = tools.filter(({ annotations }) => annotations?.readOnlyHint).map(({ name }) => name);
  expect(reading.toSorted()).toEqual(['deliveries', 'log', 'messages', 'sockets', 'status', 'teams', 'views']);

  const { structuredContent: seen } = await call('teams');
  const [team] = (seen as { teams: { id: string; name: string }[] }).teams;
  if (!team) throw new Error('no team');
  const { structuredContent: made } = await call('install', { team: team.id });
  const { botToken } = (made as { install: { botToken: string } }).install;
  const slack = new WebClient(botToken, { slackApiUrl: `${simulator.url}/api/`, retryConfig: { retries: 0 } });

  await call('write', { team: team.id, channel: 'general', text: 'hello from an agent' });
  const messages = (await call('messages', { team: team.id, channel: 'general' })).structuredContent as {
    messages: { text: string; ts: string }[];
  };
  const written = messages.messages.find(({ text }) => text === 'hello from an agent');
  await call('act', { act: { kind: 'react', team: team.id, channel: 'general', ts: written?.ts, emoji: 'wave' } });
  const channels = await slack.conversations.list();
  const channel = channels.channels?.find(({ name }) => name === 'general')?.id ?? '';
  const reactions = await slack.reactions.get({ channel, timestamp: written?.ts ?? '' });
  expect(reactions.message?.reactions).toMatchObject([{ name: 'wave', count: 1 }]);

  await call('break', { fault: { kind: 'refuse', method: 'auth.test', error: 'fatal_error' } });
  await expect(slack.auth.test()).rejects.toThrow('fatal_error');
  expect((await call('mend')).structuredContent).toEqual({ faults: [] });
  expect((await slack.auth.test()).ok).toBe(true);
});

it('takes a number as the limit of deliveries, and no id that leads to another path', async () => {
  await using simulator = await startSimulator();
  const { call } = await connect(simulator.url);
  for (const limit of [2, '2']) {
    expect((await call('deliveries', { limit })).structuredContent).toEqual({ deliveries: [] });
  }
  for (const id of ['', '.', '..']) {
    const { isError, content } = await call('resend', { id });
    expect([isError, content]).toEqual([
      true,
      [
        {
          type: 'text',
          text: expect.stringContaining(`Nothing has the id ${JSON.stringify(JSON.stringify(id)).slice(1, -1)}`),
        },
      ],
    ]);
    expect(await call('mend', { id })).toMatchObject({ isError: true });
  }
});

it('says in an error what is wrong and how to fix it, also of a simulator that is not there', async () => {
  const simulator = await startSimulator();
  const { client, call } = await connect(simulator.url);
  const textOf = ({ isError, content: [first] }: CallToolResult) => {
    expect(isError).toBe(true);
    return JSON.parse(first?.type === 'text' ? first.text : '') as unknown;
  };
  expect(textOf(await call('write', { team: 'nowhere', text: 'x' }))).toMatchObject({ code: 'not_found' });
  expect(textOf(await call('break', { fault: { kind: 'earthquake' } }))).toMatchObject({ code: 'invalid_input' });
  await expect(client.callTool({ name: 'dance' })).rejects.toThrow(/^MCP error -32602: no tool is named dance$/);
  await simulator.stop();
  expect(textOf(await call('status'))).toMatchObject({
    code: 'simulator_unreachable',
    fix: expect.stringMatching(/\S/),
  });
});

it('answers a message of 32 MB, and lines that are no message, with an error, and what came before the client closed its end', async () => {
  await using simulator = await startSimulator();
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a-test', version: '1' } };
  const call = (id: number, name: string, given: object) => ({
    id,
    method: 'tools/call',
    params: { name, arguments: given },
  });
  const asked = [
    { id: 1, method: 'initialize', params },
    call(2, 'write', { text: 'x'.repeat(32_000_000) }),
    call(3, 'teams', {}),
  ];
  const messages = asked.map((one) => `${JSON.stringify({ jsonrpc: '2.0', ...one })}\n`).join('');
  const input = `not json\n{"id":4}\n${messages}`;
  const child = spawn(process.execPath, ['--conditions=source', PROGRAM, 'mcp', '--url', simulator.url]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => (stdout += String(data)));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  const answers = stdout.trim().split('\n');
  const told = answers.map((line) => JSON.parse(line) as { id: number | null; error?: { code: number } });
  expect(told.map(({ id }) => Number(id)).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  expect(told.find(({ id }) => id === null)?.error).toMatchObject({ code: -32_700 });
  expect(told.find(({ id }) => id === 4)?.error).toMatchObject({ code: -32_600 });
  expect(told.find(({ id }) => id === 2)?.error).toMatchObject({ code: -32_600 });
  expect(answers.find((line) => line.includes('"id":3'))).toContain('Acme');
  expect(code).toBe(0);
});
