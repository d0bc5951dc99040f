/** A tiny run with real processes: the shape of what comes out, never its times. */
import { expect, it } from 'vitest';
import { bareServer, floor } from './contenders.ts';
import { runConnections } from './run.ts';

const TIMEOUT_MS = 60_000;

it(
  'measures the floor and the server on one simulator and leaves nothing unsaid',
  async () => {
    const report = await runConnections({
      teams: 5,
      rounds: 1,
      quick: true,
      contenders: [floor, bareServer],
      signal: AbortSignal.timeout(TIMEOUT_MS),
      onProgress: () => {},
    });
    expect(report.contenders.map(({ name, failures }) => ({ name, failures }))).toEqual([
      { name: floor.name, failures: [] },
      { name: bareServer.name, failures: [] },
    ]);
    for (const { results } of report.contenders) {
      expect(Object.keys(results)).toEqual([
        'rssPerTeam',
        'heapPerTeam',
        'connectMs',
        'closeMs',
        'resetMs',
        'clientCpuMs',
        'simulatorCpuMs',
      ]);
    }
  },
  TIMEOUT_MS,
);
