/** What is asked before something that cannot be undone, and what each answer leads to. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { confirm } from './confirm.ts';
import { aTerminal } from './terminal.test-kit.ts';

/** What comes of it, and what it complained about. */
async function answered(typed: string) {
  const complaints: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => complaints.push(String(text)) > 0);
  const former = process.exitCode;
  onTestFinished(() => {
    write.mockRestore();
    process.exitCode = former;
  });
  const isToBeDone = await confirm('discard 12 events', { terminal: aTerminal(typed) });
  return { isToBeDone, exitCode: process.exitCode, complaints };
}

it.each(['y\n', 'Yes\n'])('%j is a yes', async (typed) => {
  expect(await answered(typed)).toEqual({ isToBeDone: true, exitCode: undefined, complaints: [] });
});

it.each(['n\n', '\n', 'yesterday\n', '\u0004'])(
  '%j declines, which is no mistake: it exits with 1 and names no fix',
  async (typed) => {
    expect(await answered(typed)).toEqual({ isToBeDone: false, exitCode: 1, complaints: ['Nothing was done\n'] });
  },
);

it('Ctrl-C is no answer', async () => {
  const asked = confirm('discard 12 events', { terminal: aTerminal('\u0003') });
  await expect(asked).rejects.toMatchObject({ code: 'interrupted', message: 'Nothing was done' });
});

it('without a terminal nothing is waited for: the fix is --yes', async () => {
  await expect(confirm('discard 12 events', { terminal: aTerminal('y\n', false) })).rejects.toMatchObject({
    code: 'usage',
    message: 'This would discard 12 events: pass --yes',
    fix: 'Pass --yes to do it unasked, or run it in a terminal, where it asks.',
  });
  expect(await confirm('discard 12 events', { yes: true, terminal: aTerminal('', false) })).toBe(true);
});
