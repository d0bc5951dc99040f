/** Which version of a bot serves, whatever is saved and when: with real files and processes, which load no server. */
import { mkdtemp, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Reloader } from './reloader.ts';

const FILE_STAMP = new URL('./file-stamp.ts', import.meta.url).href;

/** Does what `dev-bot` does, with a bot that is one word: what is to happen to it. It writes each word that serves behind the others. */
const PROGRAM = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { stampOf } from ${JSON.stringify(FILE_STAMP)};
let bot = '', word = '';
process.on('disconnect', () => process.exit(0));
process.on('message', (order) => {
  if (order.type === 'stop') process.exit(0);
  if (order.type === 'prepare') {
    bot = order.botPath;
    if (!existsSync(bot)) process.exit(1);
    process.send({ type: 'file', path: bot, stamp: stampOf(bot) });
    word = readFileSync(bot, 'utf8');
    appendFileSync(bot + '.loaded', word + ' ');
    if (word === 'broken') process.exit(1);
    if (word !== 'endless') process.send({ type: 'prepared' });
  }
  if (order.type === 'start') {
    if (word === 'unstartable') process.exit(1);
    appendFileSync(bot + '.served', word + ' ');
    process.send({ type: 'started', url: 'http://127.0.0.1:4711' });
    if (word === 'crashing') process.exit(7);
  }
});
`;

/** A folder with that bot, and a reloader that runs it. */
async function reloading(word = 'first') {
  const folder = await mkdtemp(join(tmpdir(), 'reloader-'));
  const [bot, program] = [join(folder, 'bot'), join(folder, 'program.mjs')];
  await writeFile(program, PROGRAM);
  await writeFile(bot, word);
  const ending = new AbortController();
  const lines: string[] = [];
  const reloader = new Reloader({
    botPath: bot,
    signal: ending.signal,
    program,
    tell: (line) => void lines.push(line),
  });
  const starting = reloader.start({});
  const running = starting.then(() => reloader.run());
  onTestFinished(async () => {
    ending.abort();
    await reloader.stop();
    await running;
    await rm(folder, { recursive: true });
  });
  /** Waits for so many lines, and gives them without their times. */
  const said = async (count: number) => {
    await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(count), { timeout: 20_000, interval: 20 });
    return lines.map((line) => line.replace(/\(\d.*/, '').trim());
  };
  return { bot, starting, said, lines, end: () => ending.abort() };
}

const RELOADED = 'reloaded: bot changed';
const KEPT = 'The bot from before goes on. Save a file to try again.';

it('takes each version that loads, and keeps the last one while a version does not', async () => {
  const { bot, starting, said } = await reloading();
  expect(await starting).toEqual({ url: 'http://127.0.0.1:4711' });
  await writeFile(bot, 'second');
  expect(await said(1)).toEqual([RELOADED]);
  await writeFile(bot, 'broken');
  expect(await said(2)).toEqual([RELOADED, KEPT]);
  // As many editors save: another file, which then gets the name.
  await writeFile(`${bot}.swp`, 'third');
  await rename(`${bot}.swp`, bot);
  expect(await said(3)).toEqual([RELOADED, KEPT, RELOADED]);
  await unlink(bot);
  expect(await said(4)).toEqual([RELOADED, KEPT, RELOADED, KEPT]);
  await writeFile(bot, 'fourth');
  expect((await said(5)).at(-1)).toBe(RELOADED);
});

it('leaves a version that is loading as soon as there is a newer one', async () => {
  const { bot, starting, said, lines } = await reloading();
  await starting;
  await writeFile(bot, 'endless');
  await vi.waitFor(async () => expect(await readFile(`${bot}.loaded`, 'utf8')).toContain('endless'), {
    timeout: 20_000,
  });
  for (const word of ['one', 'two', 'three', 'last']) await writeFile(bot, word);
  expect(await said(1)).toEqual([RELOADED]);
  expect((await readFile(`${bot}.served`, 'utf8')).match(/[a-z]+/g)).toEqual(['first', 'last']);
  expect(lines).toHaveLength(1);
});

it('says when nothing serves, and goes on with the next save', async () => {
  const { bot, starting, said } = await reloading();
  await starting;
  await writeFile(bot, 'unstartable');
  expect(await said(1)).toEqual(['No bot is running: it did not start. Save a file to try again.']);
  await writeFile(bot, 'crashing');
  const [, reloaded, ended] = await said(3);
  expect([reloaded, ended]).toEqual([
    RELOADED,
    'The process of the bot ended (code 7). Save a file to start it again.',
  ]);
  await writeFile(bot, 'well');
  expect((await said(4)).at(-1)).toBe(RELOADED);
});

it('ends while the first version is still loading', async () => {
  const { bot, starting, end } = await reloading('endless');
  await vi.waitFor(async () => expect(await readFile(`${bot}.loaded`, 'utf8')).toContain('endless'), {
    timeout: 20_000,
  });
  end();
  expect(await starting).toEqual({ code: 0 });
});
