// Talks to an MCP server over its standard streams, as an AI client does. Not an app.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export async function connectTo(command, args, env) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const waiting = new Map();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line);
    waiting.get(id)?.({ result, error });
  });
  let last = 0;
  const write = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
      write({ id: last, method, params });
    });
  const clientInfo = { name: 'client', version: '1' };
  await request('initialize', { protocolVersion: '2024-11-05', capabilities: {}, clientInfo });
  write({ method: 'notifications/initialized' });
  /** The text that a tool gives. */
  const use = async (name, input = {}) => {
    const { content } = await request('tools/call', { name, arguments: input });
    return content[0].text;
  };
  return { request, use };
}

/** Prints how one step went. */
export async function step(what, run) {
  const found = await run().catch((error) => error);
  process.stdout.write(found === true ? `ok ${what}\n` : `failed ${what}: ${found}\n`);
}
