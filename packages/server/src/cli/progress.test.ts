/** The line that says how far something is, as a terminal gets it. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { complain } from './output.ts';
import { showProgress } from './progress.ts';

/** What standard error gets, which is a terminal or not. */
function standardError({ isTTY }: { isTTY: boolean }): string[] {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const former = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY');
  Object.defineProperty(process.stderr, 'isTTY', { value: isTTY, configurable: true });
  onTestFinished(() => {
    write.mockRestore();
    Object.defineProperty(process.stderr, 'isTTY', former ?? { value: undefined, configurable: true, writable: true });
  });
  return written;
}

it('says of what how much is done, and stays when all is', () => {
  const written = standardError({ isTTY: true });
  const show = showProgress('teams posted to');
  show({ done: 1, total: 2, note: '1 failed' });
  show({ done: 2, total: 2 });
  expect(written.map((text) => text.replaceAll('\u001b[K', ''))).toEqual([
    '1 of 2 teams posted to, 1 failed\r',
    '2 of 2 teams posted to\n',
  ]);
});

it('leaves nothing of itself behind a shorter line that comes next', () => {
  const written = standardError({ isTTY: true });
  showProgress('values read')({ done: 1_000 });
  complain('ended');
  complain('really');
  expect(written).toEqual(['1000 values read\u001b[K\r', '\u001b[K', 'ended\n', 'really\n']);
});

it('is for nobody where nobody looks on', () => {
  const written = standardError({ isTTY: false });
  showProgress('events discarded')({ done: 1, total: 1 });
  expect(written).toEqual([]);
});
