/** A tiny run with real processes: that the others are measured and a verdict comes out, never how well it holds. */
import { expect, it } from 'vitest';
import { attacks } from './attacks.ts';
import { formatReport, isHeld, noticed, type Outcome } from './report.ts';
import { runAttacks } from './run.ts';

const TIMEOUT_MS = 120_000;

it.each(['small bodies, signatures made up', 'acks of 34 kB over Socket Mode'])(
  'attacks a server beside twenty teams and says what they noticed: %s',
  async (attacked) => {
    const outcomes = await runAttacks({
      stores: ['sqlite'],
      seconds: 1,
      attacks: attacks.filter(({ name }) => name === attacked),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      onProgress: () => {},
    });
    expect(outcomes).toMatchObject([{ store: 'sqlite', lost: 0, exchanges: 1, install: 200 }]);
    expect(outcomes[0]?.done).toBeGreaterThan(0);
    expect(outcomes[0]?.rssMib).toBeGreaterThan(1);
    expect(formatReport(outcomes, 1)).toMatch(/attack: (PASS|FAIL)$/);
  },
  TIMEOUT_MS,
);

const held: Outcome = {
  store: 'sqlite',
  attack: 'some attack',
  done: 0,
  answerMs: 20,
  handledMs: 30,
  refused: 0,
  lost: 0,
  rssMib: 120,
  exchanges: 1,
  install: 200,
};

it.each<[Partial<Outcome>, string]>([
  [{ refused: 2 }, '2 refused'],
  [{ lost: 1 }, '1 lost'],
  [{ answerMs: 3_001 }, 'an answer took 3001 ms'],
  [{ handledMs: 5_001 }, 'an event waited 5001 ms'],
  [{ rssMib: 513 }, '513 MiB of memory'],
  [{ exchanges: 300 }, '300 codes exchanged'],
  [{ install: 429 }, 'an install beside it was answered 429'],
])('fails when the others notice: %j', (change, words) => {
  expect(noticed(held, { seconds: 4 })).toEqual([]);
  expect(noticed({ ...held, ...change }, { seconds: 4 })).toEqual([words]);
  expect(isHeld([held], 4)).toBe(true);
  expect(isHeld([held, { ...held, ...change }], 4)).toBe(false);
});

it('takes a busy machine into account, which shows without an attack', () => {
  const alone = { ...held, attack: 'none', answerMs: 2_000 };
  expect(isHeld([alone, { ...held, answerMs: 5_900 }], 4)).toBe(true);
  expect(isHeld([alone, { ...held, answerMs: 6_100 }], 4)).toBe(false);
  expect(isHeld([alone, { ...held, store: 'postgres', answerMs: 5_900 }], 4)).toBe(false);
});

it('is not held when nothing was attacked', () => {
  expect(isHeld([], 4)).toBe(false);
});
