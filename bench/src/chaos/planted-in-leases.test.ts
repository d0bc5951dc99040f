/** A small run over HTTP without a database: what is planted in answers, leases and hooks is noticed, and nothing else is. */
import { expect, it } from 'vitest';
import { formatReport } from './report.ts';
import { runSmall, TIMEOUT_MS } from './small-run.test-kit.ts';

it(
  'notices that a node sends without a lease, that its work is resumed late, second answers, and a hook that is told never',
  async () => {
    // Messages wait behind one that takes longer than a lease.
    const verdicts = await runSmall('http', {
      plant: 'zombie,double,tell_never',
      kinds: ['cut_database'],
      nodes: 2,
      patienceMs: 20_000,
      durationMs: 12_000,
    });
    const broken = verdicts[0]?.broken;
    const excused = verdicts[0]?.excused ?? [];
    expect(broken?.fence.length).toBeGreaterThan(0);
    expect(broken?.fence[0]).toMatch(/ answered m\d+ (of T\w+ )?\d+ ms after /);
    // On a busy machine it is noticed, and excused by name.
    const late = [...(broken?.late ?? []), ...excused].filter((words) => words.includes('work resumed after'));
    expect(late).toHaveLength(1);
    expect(broken?.doubled.length).toBeGreaterThan(0);
    expect(broken?.hooksNever).toHaveLength(1);
    expect(broken).toMatchObject({ lost: [], hooksTwice: [], sockets: [], other: [] });
    expect(formatReport(verdicts, 1)).toMatch(
      /chaos: FAIL seed 1, .* [1-9]\d* doubled, .* [1-9]\d* calls after a fence/,
    );
  },
  TIMEOUT_MS,
);
