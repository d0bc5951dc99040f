/** The daily question to Slack whether an installation is still there, when Slack does not answer it. */
import type { FaultRequest } from 'slack-simulator';
import { expect, it } from 'vitest';
import { listTeams } from './cli.test-kit.ts';
import { openHttpScene } from './http-scene.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';

const HOUR_MS = 3_600_000;

const noAnswers: [string, FaultRequest][] = [
  ['a 503', { kind: 'server_error', method: 'auth.test' }],
  ['a limit', { kind: 'rate_limit', method: 'auth.test' }],
  ['nothing', { kind: 'hang', method: 'auth.test' }],
];

/** Strides of twenty minutes; after each there is a moment for what fell due. */
async function passHours(scene: Scene, hours: number): Promise<void> {
  for (let strides = hours * 3; strides > 0; strides--) {
    await scene.strideThrough(HOUR_MS / 3);
    await scene.pass(4_000, 1_000);
  }
}

it.each(noAnswers)(
  'a daily check that is answered by %s is made again after an hour, until somebody answers, and deactivates nobody',
  async (_, fault) => {
    const { scene, acme } = await openHttpScene({ periodicCheck: { silentMs: Infinity } });
    const after = await scene.slack.lastSeq();
    const hoursAsked = async () => {
      const records = await scene.slack.log({ after, limit: 10_000 });
      const asked = records.filter(({ team, method }) => team === acme.id && method === 'auth.test');
      return asked.map(({ atMs }) => atMs / HOUR_MS);
    };
    const { id } = await scene.slack.fault(fault);
    // By the random of the scene half of the first day is over when a server starts.
    await passHours(scene, 11);
    expect(await hoursAsked()).toEqual([]);
    await passHours(scene, 6);
    const inVain = await hoursAsked();
    expect(inVain.length).toBeGreaterThanOrEqual(4);
    expect(inVain.length).toBeLessThanOrEqual(6);
    for (const [n, hour] of inVain.slice(1).entries()) expect(hour - (inVain[n] ?? 0)).toBeGreaterThanOrEqual(1);
    await scene.slack.removeFaults(id);
    await passHours(scene, 23);
    expect(await hoursAsked()).toHaveLength(inVain.length + 1);
    await passHours(scene, 3);
    expect(await hoursAsked()).toHaveLength(inVain.length + 2);
    expect((await listTeams(scene)).map(({ status }) => status)).toEqual(['active', 'active']);
  },
  60_000,
);
