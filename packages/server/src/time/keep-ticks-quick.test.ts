import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const module = new URL('./keep-ticks-quick.ts', import.meta.url).href;

/** Ticks, as garbage is collected, and so many more that V8 compiles them. */
const PROGRAM = `
  const ticks = (count) => new Promise((done) => {
    const next = () => (--count === 0 ? done() : process.nextTick(next));
    process.nextTick(next);
  });
  await ticks(500);
  for (let n = 0; n < 6; n++) {
    await new Promise((done) => setTimeout(done, 1));
    gc();
  }
  await ticks(200_000);
`;

/** How often the code of `nextTick` that V8 compiled last goes to C++. */
async function runtimeCalls(beginning: string): Promise<number> {
  const flags = ['--expose-gc', '--print-opt-code', '--print-opt-code-filter=nextTick', '--no-warnings'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, '--input-type=module', '--eval', `${beginning}${PROGRAM}`],
    { cwd: fileURLToPath(new URL('.', import.meta.url)), maxBuffer: 64 * 2 ** 20 },
  );
  const compiled = stdout.split('compiler = turbofan').slice(1);
  expect(compiled).not.toEqual([]);
  return compiled.at(-1)?.match(/\(CEntry\w*\)/g)?.length ?? 0;
}

test('ticks stay quick after garbage was collected, and would not by themselves', async () => {
  const kept = await runtimeCalls(`import { keepTicksQuick } from ${JSON.stringify(module)}; keepTicksQuick();`);
  const left = await runtimeCalls('');

  // Where this fails by being equal, Node or V8 has mended it, and the module can go.
  expect(left).toBeGreaterThan(kept);
});
