/** A small run with real processes: nothing is lost across a kill, on one process and on two; never the speed. */
import { expect, it } from 'vitest';
import { formatReport, isKept } from './report.ts';
import { runGamebot } from './run.ts';

/** A kill costs a lease and perhaps Slack's second try, which comes after a minute. */
const TIMEOUT_MS = 420_000;

it(
  'plays, kills a process and finds every match counted once',
  async () => {
    const samples = await runGamebot({
      teams: 9,
      nodes: [1, 2],
      signal: AbortSignal.timeout(TIMEOUT_MS),
      onProgress: () => {},
    });
    expect(isKept(samples), formatReport(samples)).toBe(true);
    expect(samples.map(({ nodes, calm }) => [nodes, calm.commands, calm.answeredMs.length])).toEqual([
      [1, 27, 27],
      [2, 27, 27],
    ]);
    // Two people of each team are asked about once, and every command has one answer.
    for (const { calls } of samples) {
      expect([calls.get('users.info'), calls.get('chat.postMessage')]).toEqual([18, 27]);
    }
    for (const { idleBytes, nodes } of samples) if (process.platform === 'linux') expect(idleBytes).toHaveLength(nodes);
  },
  TIMEOUT_MS,
);
