/** What is made of samples: rows, and the last line. */
import { expect, it } from 'vitest';
import { formatReport, isKept, type Sample } from './report.ts';

const played = { commands: 30, tookMs: 1_500, answeredMs: [10, 20, 900], lost: [] };
const sample: Sample = {
  nodes: 3,
  teams: 10,
  calm: played,
  killed: { ...played, answeredMs: [12_000] },
  calls: new Map([
    ['chat.postMessage', 30],
    ['users.info', 20],
  ]),
  idleBytes: [100 * 2 ** 20],
  busyBytes: [],
  wrong: [],
};

it('prints rates, times, memory and calls, and passes when nothing was lost', () => {
  const text = formatReport([sample]);
  expect(text).toMatch(/\| 3, calm +\| +30 \| 20\/s \| +0\.02 s \| +0\.90 s \| +0\.90 s \| +0 \|/);
  expect(text).toMatch(/12\.0 s/);
  expect(text).toMatch(/100 MiB \| +unknown \| chat\.postMessage 1\.00, users\.info 0\.67 \|/);
  expect(text.split('\n').at(-1)).toBe('gamebot: PASS 0 lost and none twice was wanted; 0 were');
  expect(isKept([sample])).toBe(true);
});

it('fails for a command without an answer, and for a match that counted twice', () => {
  const samples = [
    { ...sample, killed: { ...played, lost: ['pp accept in T1'] } },
    { ...sample, wrong: ['T2 counted 3 matches, and played 2'] },
  ];
  for (const one of samples) expect(isKept([one])).toBe(false);
  const text = formatReport(samples);
  expect(text).toContain(
    '3 process(es): no answer to pp accept in T1\n3 process(es): T2 counted 3 matches, and played 2',
  );
  expect(text).toContain('gamebot: FAIL 0 lost and none twice was wanted; 2 were');
});
