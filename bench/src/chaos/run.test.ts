/** Small runs with real processes in which nothing is planted: nothing wrong is found. */
import { expect, it } from 'vitest';
import { formatReport } from './report.ts';
import { runSmall, TIMEOUT_MS } from './small-run.test-kit.ts';

it(
  'finds nothing wrong over HTTP with a node that is killed',
  async () => {
    const verdicts = await runSmall('http', { kinds: ['kill'] });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: PASS seed 1, \d\d+ accepted, 0 lost, 0 doubled/);
    expect(verdicts).toMatchObject([{ isKept: true, hooksTold: 1, recoveries: [{ trouble: { kind: 'kill' } }] }]);
  },
  TIMEOUT_MS,
);

it(
  'finds nothing wrong over Socket Mode with a node that ends as planned',
  async () => {
    const verdicts = await runSmall('socket', { kinds: ['terminate'], nodes: 2 });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: PASS seed 1, \d\d+ accepted, 0 lost, 0 doubled/);
    expect(verdicts).toMatchObject([{ isKept: true, hooksTold: 1 }]);
  },
  TIMEOUT_MS,
);

it(
  'finds nothing wrong over HTTP with a primary that is gone without a word',
  async () => {
    const verdicts = await runSmall('http', {
      kinds: ['primary_gone'],
      nodes: 2,
      durationMs: 12_000,
      patienceMs: 90_000,
    });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: PASS seed 1, \d\d+ accepted, 0 lost, 0 doubled/);
    expect(verdicts).toMatchObject([{ isKept: true, recoveries: [{ trouble: { kind: 'primary_gone' } }] }]);
  },
  TIMEOUT_MS,
);
