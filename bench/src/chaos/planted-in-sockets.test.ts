/** A small run over RTM: what is planted in events and sockets is noticed, and nothing else is. */
import { expect, it } from 'vitest';
import { formatReport } from './report.ts';
import { runSmall, TIMEOUT_MS } from './small-run.test-kit.ts';

it(
  'notices over RTM lost events, dropped sockets, a second connection of a team, and a hook that is told twice',
  async () => {
    // Answers within a few seconds of an opened socket may be those of its former owner.
    const verdicts = await runSmall('rtm', { plant: 'lose,drop,second,tell_twice', kinds: [], durationMs: 12_000 });
    const broken = verdicts[0]?.broken;
    const excused = verdicts[0]?.excused ?? [];
    // Every tenth is; others may be, on the sockets that are dropped.
    expect(broken?.lost.filter((words) => /^m\d*0 of T\w+$/.test(words)).length).toBeGreaterThan(0);
    // On a busy machine they are noticed, and excused by name.
    const dropped = [...(broken?.sockets ?? []), ...excused].filter((words) =>
      /^n1 closed the socket of T\w+ after \d+ s/.test(words),
    );
    expect(dropped.length).toBeGreaterThan(5);
    expect(broken?.connections.length).toBeGreaterThan(0);
    expect(broken?.hooksTwice).toHaveLength(1);
    expect(broken).toMatchObject({ fence: [], hooksNever: [], late: [], other: [] });
    expect(formatReport(verdicts, 1)).toMatch(/chaos: FAIL seed 1, .* [1-9]\d* lost, .* [1-9]\d* two connections, /);
  },
  TIMEOUT_MS,
);
