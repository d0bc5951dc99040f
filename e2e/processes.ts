/** Programs of this repository as processes of their own, for what is measured outside of vitest. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export interface Started extends AsyncDisposable {
  /** The groups of what it said. */
  urls: string[];
}

/** @param options.address What it says when it is ready, with a group for each address */
export async function startProcess(
  words: readonly string[],
  { cwd, address, env = {} }: { cwd: string; address: RegExp; env?: Readonly<Record<string, string>> },
): Promise<Started> {
  const [program = '', ...rest] = words;
  const child: ChildProcess = spawn(process.execPath, ['--conditions=source', pathOf(`../${program}`), ...rest], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const urls = await new Promise<string[]>((resolve, reject) => {
    let said = '';
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${said.slice(-2_000)}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = address.exec(said);
      if (found) resolve(found.slice(1));
    });
  });
  return {
    urls,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
